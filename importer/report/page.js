"use strict";
{
  const filter = document.getElementById("filter");
  if (filter) {
    const text = document.getElementById("filter-text");
    const outcome = document.getElementById("filter-outcome");
    const reason = document.getElementById("filter-reason");
    const shown = document.getElementById("filter-shown");
    const rows = Array.from(document.querySelectorAll("#rows tbody tr"));
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const apply = () => {
      const wanted = text.value.trim().toLowerCase();
      let n = 0;
      rows.forEach((row, i) => {
        const out = !texts[i].includes(wanted)
          || (outcome.value !== "" ? row.dataset.outcome !== outcome.value : false)
          || (reason.value !== "" ? row.dataset.reason !== reason.value : false);
        row.hidden = out;
        n += out ? 0 : 1;
      });
      shown.textContent = n === rows.length ? "" : n + " of " + rows.length + " rows are shown";
    };
    filter.hidden = false;
    filter.addEventListener("input", apply);
    apply();
  }
}
