"use strict";
// The page says everything without this; it only adds the values at a moment, and opens what is folded for printing.

function clock(seconds) {
  const rest = (seconds % 60).toFixed(1).padStart(4, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function follow(timeline) {
  const section = timeline.closest("section");
  const data = JSON.parse(section.querySelector('[data-of="timeline"]').textContent);
  const cursor = timeline.querySelector("[data-cursor]");
  const overlay = cursor.parentElement;
  const what = timeline.querySelector("[data-what]");
  const head = timeline.querySelector("[data-head]");
  const said = section.querySelector("[data-said]");
  const cells = [...timeline.querySelectorAll("[data-value]")].slice(0, data.values.length);
  const means = cells.map((cell) => cell.textContent);
  const labels = cells.map((cell) => cell.previousElementSibling.previousElementSibling.textContent);
  const bins = data.values[0].length;
  let bin = -1;

  function show(next) {
    bin = Math.min(Math.max(next, 0), bins - 1);
    cursor.hidden = false;
    const at = (bin + 0.5) / bins;
    cursor.style.left = `${at * 100}%`;
    // from the right of the cursor at the start to the left of it at the end, so that it never leaves the chart
    head.style.transform = `translateX(${-at * 100}%)`;
    head.textContent = clock(at * data.end_s);
    what.textContent = "here";
    cells.forEach((cell, row) => {
      const value = data.values[row][bin];
      cell.textContent = value < 0 ? "–" : `${value}\u00a0%`;
    });
  }

  function leave() {
    bin = -1;
    cursor.hidden = true;
    what.textContent = "mean";
    cells.forEach((cell, at) => { cell.textContent = means[at]; });
  }

  timeline.addEventListener("pointermove", (event) => {
    const place = overlay.getBoundingClientRect();
    if (event.clientX < place.left || event.clientX > place.right) {
      leave();
    } else {
      show(Math.floor(((event.clientX - place.left) / place.width) * bins));
    }
  });
  timeline.addEventListener("pointerleave", leave);
  timeline.addEventListener("blur", leave);
  timeline.addEventListener("keydown", (event) => {
    const wide = Math.max(1, Math.round(bins / 20));
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -wide, PageDown: wide, Home: -bins, End: bins };
    if (event.key === "Escape") {
      leave();
    } else if (event.key in steps) {
      event.preventDefault();
      show((bin < 0 ? 0 : bin) + steps[event.key]);
      const best = [...Array(data.emotions).keys()].sort((one, two) => data.values[two][bin] - data.values[one][bin])[0];
      const told = data.values[best][bin] < 0 ? "no face read" : `${labels[best]} ${cells[best].textContent}`;
      said.textContent = `${head.textContent}: ${told}`;
    }
  });
}

document.querySelectorAll("[data-timeline]").forEach(follow);
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((details) => { details.open = true; });
});
