(() => {
  const word = document.currentScript.dataset.back;
  let from = null;

  // A cell in a scrolling box: the whole box comes into view, with its headings, and the cell to its middle.
  const show = (at) => {
    const box = at.closest(".box");
    (box || at).scrollIntoView({ block: box || !at.matches("section") ? "center" : "start" });
    if (!box) return;
    const [outer, inner] = [box.getBoundingClientRect(), at.getBoundingClientRect()];
    box.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    const fixed = [...at.parentElement.querySelectorAll(".k")].filter((cell) => cell !== at);
    const held = fixed.reduce((width, cell) => width + cell.getBoundingClientRect().width, 0);
    box.scrollLeft += inner.left - outer.left - held - (outer.width - held - inner.width) / 2;
  };

  // Going to a cell leaves a way back in it to the finding that was left.
  const arrive = () => {
    document.querySelectorAll(".back").forEach((link) => link.remove());
    const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!at) return;
    for (let box = at.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    show(at);
    if (!at.hasAttribute("tabindex")) at.tabIndex = -1;
    at.focus({ preventScroll: true });
    if (from && from.id !== at.id && at.matches("td, th, p") && !at.querySelector(`a[href="#${from.id}"]`)) {
      const link = document.createElement("a");
      link.className = "back";
      link.href = "#" + from.id;
      link.textContent = word;
      at.prepend(link);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    from = link.closest(".finding, .cause");
    if (link.hash === location.hash) {
      event.preventDefault();
      arrive();
    }
  });
  addEventListener("hashchange", arrive);
  addEventListener("load", arrive);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((box) => (box.open = true)));
})();
