// What a keyboard and a screen reader need and the theme leaves out: scrolling parts that can be reached, and names.
(() => {
  const named = (one, role, name) => {
    one.tabIndex = 0;
    one.setAttribute("role", role);
    one.setAttribute("aria-label", name);
  };
  const mend = () => {
    const broad = document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code, .output");
    broad.forEach((one, place) => {
      if (one.scrollWidth > one.clientWidth && one.tabIndex < 0) {
        named(one, "region", `${one.matches("code") ? "Code" : "Table"} ${place + 1}, which scrolls`);
      }
    });
    document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
    for (const one of document.querySelectorAll("nav[aria-labelledby^='__nav_']")) {
      const names = [];
      for (let item = one.closest("li"); item; item = item.parentElement.closest("li")) {
        const link = item.querySelector(":scope > .md-nav__link, :scope > .md-nav__container > a");
        names.unshift(link?.textContent.trim() ?? "");
      }
      one.setAttribute("aria-label", `Pages of ${names.join(", ")}`);
      one.removeAttribute("aria-labelledby");
    }
    document.querySelector(".md-nav--primary")?.setAttribute("aria-label", "All pages");
  };
  addEventListener("load", mend);
  addEventListener("resize", mend);
})();
