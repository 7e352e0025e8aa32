"use strict";
(() => {
  const form = document.getElementById("filters");
  const said = document.getElementById("count");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const findings = all(".f").map((element) => ({
    element,
    verdicts: element.dataset.v.split(" "),
    check: element.dataset.c,
    sections: (element.dataset.s ?? "").split(" "),
  }));
  const figures = all(".r").map((element) => ({ element, sections: [element.dataset.s] }));
  const groups = all(".group");
  const field = (name) => form.elements.namedItem(name);
  const words = (item) => (item.words ??= item.element.textContent.toLowerCase());

  const apply = () => {
    const boxes = all('#filters input[name="verdict"]');
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const check = field("check")?.value ?? "";
    const section = field("section")?.value ?? "";
    const text = field("text").value.trim().toLowerCase();
    const common = (item) =>
      (!section || item.sections.includes(section)) && (!text || words(item).includes(text));
    const show = (items, wanted) =>
      items.reduce((n, item) => {
        const shown = wanted(item);
        if (item.element.hidden === shown) item.element.hidden = !shown;
        return n + shown;
      }, 0);
    const left = show(findings, (item) =>
      item.verdicts.some((one) => verdicts.has(one)) && (!check || item.check === check) && common(item));
    const rows = show(figures, common);
    for (const group of groups) {
      group.hidden = !group.querySelector(".f:not([hidden])");
      // What is looked for is not folded away.
      if (text && !group.hidden && group.tagName === "DETAILS") group.open = true;
    }
    const counted = (n, all, noun) =>
      `${n === all ? "all" : n} ${n === all ? "" : "of "}${all} ${noun}${all === 1 ? "" : "s"}`;
    const counts = [counted(left, findings.length, form.dataset.f)];
    if (form.dataset.r) counts.push(counted(rows, figures.length, form.dataset.r));
    said.textContent = `Shown: ${counts.join(", ")}.`;
  };

  // A link leads to what it names, though it be folded or filtered out.
  const reveal = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const target = name && document.getElementById(name);
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
      apply();
    }
    const fold = target.closest("details");
    if (fold) fold.open = true;
    target.scrollIntoView();
  };

  let waiting;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    // While somebody types, the count waits.
    waiting = setTimeout(apply, event.target.name === "text" ? 150 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("hashchange", reveal);
  form.hidden = false;
  apply();
  reveal();
})();
