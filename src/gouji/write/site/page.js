(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const known = JSON.parse($("#data").textContent);
  const [panel, tip, found] = [$("#panel"), $("#tip"), $("#found")];
  const here = known.files.indexOf(decodeURIComponent(location.pathname).split("/").pop());
  const SUMS = {
    "sum.row": "同一行各栏之和",
    "sum.column": "同一栏各行之和",
    "sum.group": "各组之和",
    "sum.code": "下级科目之和",
  };
  let english = false;
  let left = null; // what had the focus before the panel

  const make = (tag, told = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(told)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };

  // English beside the Chinese
  const NUMBERING = /^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|其中[：:]?|\d{4}年)+/;
  const inEnglish = (text) => {
    const plain = text.replace(/\s+/g, "");
    return known.english[plain] || known.english[plain.replace(NUMBERING, "")];
  };
  const PLACES = ".t, .sheet th, .sheet td:not(.n), .legend li, .plain th, svg + .t, #panel h3, #panel .t";
  const translate = (from) => {
    for (const at of all(PLACES, from)) {
      if ($(":scope > .en", at) || $(".long", at)) continue;
      const words = inEnglish(at.textContent);
      if (words) at.append(make("span", { class: "en", lang: "en" }, words));
    }
  };
  $("#en").addEventListener("click", (event) => {
    english = !english;
    event.currentTarget.setAttribute("aria-pressed", english);
    if (english) translate(document);
    else all(".en").forEach((one) => one.remove());
  });

  // What a figure is made of
  const nameOf = (figure) => {
    const [table, row, column, amount, page] = known.figures[figure];
    const file = page === here ? "" : known.files[page];
    return { where: known.tables[table], what: [row, column].filter(Boolean).join(" · "), amount, file };
  };
  const linked = (figure) => {
    const { where, what, file } = nameOf(figure);
    const link = make("a", { href: `${file}#f${figure}` }, what || where);
    return [link, make("small", {}, where)];
  };
  const listed = (rows, total, name) => {
    const body = make("tbody");
    for (const [what, amount] of rows) {
      body.append(make("tr", {}, make("td", {}, ...what), make("td", {}, amount)));
    }
    if (total) body.append(make("tr", { class: "sum" }, make("td", { class: "t" }, "合计"), make("td", {}, total)));
    return make("table", { class: name }, body);
  };
  const made_of = {};
  for (const [figure, [lines, number, untold, sums]] of Object.entries(known.made)) {
    made_of[figure] = { lines, number, untold, sums };
  }
  const wholes = new Map(); // figure -> what it is counted in
  for (const [whole, made] of Object.entries(made_of)) {
    for (const [code, terms] of made.sums) {
      for (const term of code === "same" ? [] : terms) {
        const part = Math.abs(term) - 1;
        wholes.set(part, (wholes.get(part) || new Set()).add(+whole));
      }
    }
  }

  const lines = (made, amount) => {
    const rows = made.lines.map((i) => {
      const [what, more, fen] = known.lines[i];
      return [[what, ...(more ? [make("small", {}, more)] : [])], fen];
    });
    const secret = made.untold === "secret";
    const title = make("h3", {}, "由这些明细组成");
    if (made.untold === "untold") return [title, make("p", { class: "soft" }, make("span", { class: "t" }, "明细不能公开列出"))];
    const said = secret ? [make("p", { class: "soft" }, make("span", { class: "t" }, "含涉密内容，只列可公开的明细，不列其和"))] : [];
    const more = made.number ? [make("p", { class: "soft" }, `共 ${made.number} 笔，列出最大的 ${rows.length} 笔，全部见开放数据。`)] : [];
    return [title, ...said, ...more, listed(rows, secret ? "" : amount, "lines")];
  };
  const sums = (made, amount) =>
    made.sums
      .filter(([code]) => code !== "same")
      .flatMap(([code, terms]) => {
        const rows = terms.map((term) => {
          const figure = Math.abs(term) - 1;
          return [linked(figure), (term < 0 ? "− " : "") + nameOf(figure).amount];
        });
        return [make("h3", {}, SUMS[code] || "其他表中各数之和"), listed(rows, amount, "figures")];
      });
  const others = (title, figures) => {
    if (!figures.length) return [];
    return [make("h3", {}, title), listed(figures.map((figure) => [linked(figure), nameOf(figure).amount]), "", "others")];
  };

  const button = (figure) => document.getElementById(`f${figure}`);
  const show = (figure, scroll) => {
    const made = made_of[figure];
    if (!made) return;
    const { where, what, amount } = nameOf(figure);
    const close = make("button", { type: "button" }, "关闭");
    close.addEventListener("click", () => hide(true));
    const title = make("h2", { id: "panel-h", tabindex: "-1" }, where, make("small", {}, what));
    const same = [...new Set(made.sums.filter(([code]) => code === "same").flatMap(([, terms]) => terms.map((t) => Math.abs(t) - 1)))];
    panel.replaceChildren(
      make("header", {}, title, close),
      make("p", { class: "amount" }, amount, " ", make("small", {}, "元")),
      ...lines(made, amount),
      ...sums(made, amount),
      ...others("同一笔钱也印在", same),
      ...others("计入", [...(wholes.get(figure) || [])]),
    );
    if (english) translate(panel);
    all(".shown, .term-of").forEach((one) => one.classList.remove("shown", "term-of"));
    button(figure)?.classList.add("shown");
    for (const [, terms] of made.sums) {
      for (const term of terms) button(Math.abs(term) - 1)?.classList.add("term-of");
    }
    panel.hidden = false;
    panel.scrollTop = 0;
    document.body.classList.add("open");
    if (scroll || covered(button(figure))) bring(button(figure));
    title.focus({ preventScroll: true });
  };
  const hide = (back) => {
    if (panel.hidden) return;
    panel.hidden = true;
    document.body.classList.remove("open");
    all(".shown, .term-of").forEach((one) => one.classList.remove("shown", "term-of"));
    if (location.hash.startsWith("#f")) history.replaceState(null, "", location.pathname + location.search);
    if (back) left?.focus();
  };
  const covered = (at) => {
    if (!at) return false;
    const [cell, over] = [at.getBoundingClientRect(), panel.getBoundingClientRect()];
    return cell.bottom > over.top && cell.right > over.left && cell.top < over.bottom;
  };
  // The cell comes into view beside the panel, or above it, with its headings.
  const bring = (at) => {
    if (!at) return;
    const [box, narrow] = [at.closest(".box"), innerWidth <= 1100];
    const head = $("thead", box).offsetHeight;
    const fixed = all(".k", at.closest("tr")).reduce((width, cell) => Math.max(width, cell.offsetLeft + cell.offsetWidth), 0);
    const [outer, inner] = [box.getBoundingClientRect(), at.getBoundingClientRect()];
    const room = narrow ? head + 6 : Math.max(head + 6, outer.height / 2);
    box.scrollTop += inner.top - outer.top - room;
    const held = narrow ? $(".k0", at.closest("tr"))?.offsetWidth || 0 : Math.min(fixed, outer.width / 2);
    box.scrollLeft += inner.left - outer.left - held - (outer.width - held - inner.width) / 2;
    const wanted = narrow ? $(".top").offsetHeight + head + 12 : innerHeight / 2;
    scrollBy(0, at.getBoundingClientRect().top - wanted);
  };
  const go = (figure, scroll) => {
    history.pushState(null, "", `#f${figure}`);
    show(figure, scroll);
  };
  const arrive = () => {
    const told = /^#f(\d+)$/.exec(location.hash);
    if (!told) return hide(false);
    left = button(told[1]);
    show(+told[1], true);
  };
  addEventListener("popstate", arrive);
  addEventListener("load", arrive);

  document.addEventListener("click", (event) => {
    const cell = event.target.closest(".sheet button");
    if (cell) {
      left = cell;
      reach(cell);
      return go(+cell.id.slice(1), false);
    }
    const link = event.target.closest('a[href^="#f"]');
    const told = link && /^#f(\d+)$/.exec(link.hash);
    if (!told) return;
    event.preventDefault();
    left = panel.contains(link) ? button(told[1]) : link;
    go(+told[1], true);
  });

  // Arrow keys among the figures of a table; Tab goes past them
  const reach = (cell) => {
    all("button", cell.closest(".sheet")).forEach((one) => (one.tabIndex = -1));
    cell.tabIndex = 0;
  };
  const beside = (cell, key) => {
    const [td, tr] = [cell.closest("td"), cell.closest("tr")];
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const row = all("button", tr);
      return row[row.indexOf(cell) + (key === "ArrowLeft" ? -1 : 1)];
    }
    const next = (row) => (key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling);
    for (let row = next(tr); row; row = next(row)) {
      const other = row.cells[td.cellIndex] && $("button", row.cells[td.cellIndex]);
      if (other) return other;
    }
    return null;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!tip.hidden) tip.hidden = true;
      else if (!found.hidden && found.contains(document.activeElement)) $("#q").focus();
      else hide(true);
      return;
    }
    const cell = event.target.closest?.(".sheet button");
    const other = cell && event.key.startsWith("Arrow") && beside(cell, event.key);
    if (!other) return;
    event.preventDefault();
    reach(other);
    other.focus({ preventScroll: true });
    other.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // What a term means, where it stands
  const explain = (link) => {
    const [term, said, word, meaning] = known.terms[link.hash.slice(2)];
    tip.replaceChildren(make("strong", {}, term), said);
    if (english) tip.append(make("span", { class: "en", lang: "en" }, `${word}: ${meaning}`));
    tip.hidden = false;
    const [at, size] = [link.getBoundingClientRect(), tip.getBoundingClientRect()];
    const above = at.bottom + size.height + 8 > innerHeight;
    tip.style.top = `${above ? Math.max(4, at.top - size.height - 4) : at.bottom + 4}px`;
    tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 12))}px`;
    link.setAttribute("aria-describedby", "tip");
  };
  const forget = (event) => {
    const to = event.relatedTarget;
    if (!to || !(tip.contains(to) || to.closest?.(".term"))) tip.hidden = true;
  };
  for (const link of all(".term")) {
    link.addEventListener("pointerenter", () => explain(link));
    link.addEventListener("focus", () => explain(link));
    link.addEventListener("pointerleave", forget);
    link.addEventListener("blur", forget);
  }
  tip.addEventListener("pointerleave", forget);

  // Search: rows of tables, targets, paragraphs, terms
  const plain = (text) => text.toLowerCase().replace(/[\s,，]+/g, "");
  let places = null;
  const look = () => {
    if (places) return places;
    places = [];
    const add = (at, what, where) => {
      at.id ||= `s${places.length}`;
      places.push({ at, what, where, text: plain(`${what} ${at.textContent}`) });
    };
    for (const section of all("section.table")) {
      const where = $("h3", section).textContent;
      add($("h3", section), where, "");
      for (const row of all("tbody tr", section)) {
        const cells = [...row.cells].map((cell) => cell.textContent).filter(Boolean);
        if (cells.length) add(row, cells.slice(0, 6).join(" · "), where);
      }
    }
    all(".card").forEach((card) => add(card, $("h3", card).textContent, "绩效目标"));
    all("#narrative :is(p, h3, h4, h5)").forEach((part) => add(part, part.textContent.slice(0, 60), "文字说明"));
    all("#glossary dt").forEach((term) => add(term, `${term.textContent}：${term.nextElementSibling.textContent}`, "名词解释"));
    return places;
  };
  const search = (asked) => {
    const words = asked.trim().split(/\s+/).map(plain).filter(Boolean);
    found.hidden = !words.length;
    if (!words.length) return;
    const hits = look().filter(({ text }) => words.every((word) => text.includes(word)));
    const items = hits.slice(0, 40).map(({ at, what, where }) => make("li", {}, make("a", { href: `#${at.id}` }, what), make("small", {}, where)));
    const count = make("p", { class: "soft" }, hits.length ? `${hits.length} 处` : "没有找到");
    found.replaceChildren(count, make("ol", {}, ...items));
  };
  $("#q").addEventListener("input", (event) => {
    if (english) all(".en").forEach((one) => one.remove());
    search(event.target.value);
    if (english) translate(document);
  });
  found.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    found.hidden = true;
    all(".hit").forEach((one) => one.classList.remove("hit"));
    const at = document.getElementById(link.hash.slice(1));
    at.classList.add("hit");
    at.tabIndex = -1;
    at.focus({ preventScroll: true });
    at.scrollIntoView({ block: "center" });
  });

  if (innerWidth <= 1100) $("#toc")?.removeAttribute("open");
})();
