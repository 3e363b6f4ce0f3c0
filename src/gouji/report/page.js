(() => {
  const word = document.currentScript.dataset.back;
  let from = null;

  // Going to a cell leaves a way back in it to the finding that was left.
  const arrive = () => {
    document.querySelectorAll(".back").forEach((link) => link.remove());
    const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!at) return;
    for (let box = at.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    at.scrollIntoView({ block: at.matches("section") ? "start" : "center", inline: "center" });
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
