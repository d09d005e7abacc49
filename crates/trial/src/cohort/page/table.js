"use strict";
(function () {
  const table = document.getElementById("patients");
  const rows = Array.from(table.tBodies[0].rows);
  const words = rows.map((row) => row.textContent.toLowerCase());
  const search = document.getElementById("search");
  const choices = ["status", "group", "lineage"].map((name) => document.getElementById(name));
  const count = document.getElementById("count");
  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const fits =
        wanted.every((word) => words[index].includes(word)) &&
        choices.every((choice) => !choice.value || row.dataset[choice.id] === choice.value);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = shown + " of " + rows.length;
  }
  [search].concat(choices).forEach((control) => control.addEventListener("input", filter));
  let last = -1;
  let up = 1;
  Array.from(table.tHead.rows[0].cells).forEach((cell, column) => {
    cell.addEventListener("click", () => {
      up = last === column ? -up : 1;
      last = column;
      const key = (row) => row.cells[column].textContent.trim();
      rows
        .map((row, index) => ({ row, index, text: key(row), number: parseFloat(key(row)) }))
        .sort((a, b) => {
          const numbers = !isNaN(a.number) && !isNaN(b.number) && a.number - b.number;
          return up * (numbers || a.text.localeCompare(b.text)) || a.index - b.index;
        })
        .forEach((entry) => table.tBodies[0].appendChild(entry.row));
    });
  });
  filter();
})();
