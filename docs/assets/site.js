// What a keyboard and a screen reader need and the theme leaves out: scrolling parts that can be reached, and names.
(() => {
  const named = (one, role, name) => {
    one.tabIndex = 0;
    one.setAttribute("role", role);
    one.setAttribute("aria-label", name);
  };
  const mend = () => {
    for (const one of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code, .output")) {
      if (one.scrollWidth > one.clientWidth && one.tabIndex < 0) {
        named(one, "region", one.matches("code") ? "Code that scrolls" : "Table that scrolls");
      }
    }
    document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
    for (const one of document.querySelectorAll("nav[aria-labelledby^='__nav_']")) {
      const link = one.closest("li")?.querySelector(":scope > .md-nav__link, :scope > .md-nav__container > a");
      one.setAttribute("aria-label", `Pages of ${link?.textContent.trim() || one.getAttribute("aria-labelledby")}`);
      one.removeAttribute("aria-labelledby");
    }
    document.querySelector(".md-nav--primary")?.setAttribute("aria-label", "All pages");
  };
  addEventListener("load", mend);
  addEventListener("resize", mend);
})();
