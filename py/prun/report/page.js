// The timeline and the list of tests.  Everything comes from the JSON in #data; text goes in as text, never as markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = id => document.getElementById(id);
  // A test: [id, lane, outcome, start, end, set-up, teardown, duration, anchor]; times in milliseconds since the run began.
  const [ID, LANE, OUTCOME, START, END, SETUP, TEARDOWN, DURATION, ANCHOR] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const tests = data.tests;
  const colours = ["passed", "failed", "error", "skipped", "xfailed", "xpassed", "rerun", "interrupted"];
  const bad = new Set(["failed", "error", "rerun", "interrupted", "xpassed"]);

  const seconds = ms => ms >= 60000 ? `${Math.floor(ms / 60000)} min ${(ms % 60000 / 1000).toFixed(1)} s`
    : ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(2)} ms`;
  const element = (name, text, cls) => {
    const e = document.createElement(name);
    if (text !== undefined) e.textContent = text;
    if (cls) e.className = cls;
    return e;
  };
  const tag = outcome => element("span", outcome, `word ${colours.includes(outcome) ? outcome : ""}`);

  // ---- what is shown ----

  const chosen = new Set(tests.map(t => t[OUTCOME]));
  let words = [], chosenTest = -1;
  const lower = tests.map(t => t[ID].toLowerCase());
  const shown = i => chosen.has(tests[i][OUTCOME]) && words.every(w => lower[i].includes(w));
  let matches = tests.map(() => true);

  const count = {};
  for (const t of tests) count[t[OUTCOME]] = (count[t[OUTCOME]] || 0) + 1;
  for (const outcome of Object.keys(count).sort((a, b) => bad.has(b) - bad.has(a) || count[b] - count[a])) {
    const label = element("label"), box = element("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => { box.checked ? chosen.add(outcome) : chosen.delete(outcome); filter(); });
    label.append(box, " ", tag(outcome), ` ${count[outcome]}`);
    $("outcomes").append(label);
  }
  $("find").addEventListener("input", () => { words = $("find").value.toLowerCase().split(/\s+/).filter(Boolean); filter(); });

  function filter() {
    matches = tests.map((_, i) => shown(i));
    list();
    draw();
  }

  // ---- the timeline ----

  const canvas = $("timeline"), context = canvas.getContext("2d");
  const AXIS = 22, LANE_HEIGHT = 24, LABEL = 64, SPAN = Math.max(data.span, 1e-3);
  let from = 0, to = SPAN, colour = {}, hatch = null;
  const width = () => canvas.clientWidth;
  const x = ms => LABEL + (ms - from) / (to - from) * (width() - LABEL - 4);
  const at = px => from + (px - LABEL) / (width() - LABEL - 4) * (to - from);
  const lanes = data.workers.map(() => []);
  tests.forEach((t, i) => { if (t[LANE] >= 0) lanes[t[LANE]].push(i); });
  for (const lane of lanes) lane.sort((a, b) => tests[a][START] - tests[b][START]);

  function learnColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of [...colours, "other", "bg", "text", "soft", "line", "lane", "collect", "focus"])
      colour[name] = style.getPropertyValue(`--${name}`).trim();
    const tile = element("canvas"), scale = window.devicePixelRatio || 1;
    tile.width = tile.height = 6 * scale;
    const c = tile.getContext("2d");
    c.scale(scale, scale);
    c.strokeStyle = colour.bg;
    c.lineWidth = 2;
    for (const d of [-6, 0, 6]) { c.beginPath(); c.moveTo(d - 1, 7); c.lineTo(d + 7, -1); c.stroke(); }
    hatch = context.createPattern(tile, "repeat");
    hatch.setTransform(new DOMMatrix().scale(1 / scale));
  }

  function step() {
    // Marks on the axis: 1, 2 or 5 times a power of ten, about a hundred pixels apart.
    const least = (to - from) / Math.max(1, (width() - LABEL) / 110), power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map(f => f * power).find(s => s >= least);
  }

  function axis(height) {
    context.fillStyle = colour.soft;
    context.strokeStyle = colour.line;
    context.lineWidth = 1;
    context.textAlign = "left";
    const gap = step(), digits = Math.max(0, -Math.floor(Math.log10(gap / 1000)));
    for (let mark = Math.ceil(from / gap) * gap; mark <= to; mark += gap) {
      const px = Math.round(x(mark)) + .5;
      context.beginPath(); context.moveTo(px, AXIS - 6); context.lineTo(px, height); context.stroke();
      if (px < width() - 40) context.fillText(`${(mark / 1000).toFixed(digits)} s`, px + 3, AXIS - 9);
    }
  }

  let drawn = -1; // up to where there is a bar: no more of them than there are pixels

  function bar(i, y, strong) {
    const t = tests[i], left = Math.max(LABEL, x(t[START])), right = Math.min(width() - 4, x(t[END]));
    if (t[END] < from || t[START] > to || (!strong && matches[i] && right < drawn)) return;
    const h = LANE_HEIGHT - 7, w = Math.max(right - left, strong ? 2 : .6);
    drawn = matches[i] ? Math.max(drawn, left + Math.max(w, 1)) : drawn;
    context.globalAlpha = matches[i] ? 1 : .15;
    context.fillStyle = colour[colours.includes(t[OUTCOME]) ? t[OUTCOME] : "other"];
    context.fillRect(left, y, w > 3 ? w - .5 : w, h);
    context.fillStyle = hatch;
    for (const [a, b] of [[t[START], t[START] + t[SETUP]], [t[END] - t[TEARDOWN], t[END]]]) {
      const l = Math.max(LABEL, x(a)), r = Math.min(width() - 4, x(b));
      if (r - l > 1.5) context.fillRect(l, y, r - l, h);
    }
    context.globalAlpha = 1;
  }

  function draw() {
    const height = AXIS + data.workers.length * LANE_HEIGHT + 4, scale = window.devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width() * scale);
    canvas.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "middle";
    const clip = (a, b) => [Math.max(LABEL, x(a)), Math.min(width() - 4, x(b))];
    data.workers.forEach((worker, n) => {
      const [l, r] = clip(worker.up, worker.down);
      context.fillStyle = colour.lane;
      if (r > l) context.fillRect(l, AXIS + n * LANE_HEIGHT, r - l, LANE_HEIGHT - 3);
    });
    const [l, r] = clip(...data.collecting);
    context.fillStyle = colour.collect;
    if (r > l) context.fillRect(l, AXIS, r - l, height - AXIS - 4);
    axis(height - 4);
    data.workers.forEach((worker, n) => {
      const y = AXIS + n * LANE_HEIGHT + 2;
      drawn = -1;
      for (const i of lanes[n]) if (!bad.has(tests[i][OUTCOME])) bar(i, y, false);
      for (const i of lanes[n]) if (bad.has(tests[i][OUTCOME])) bar(i, y, true);
      if (worker.error && worker.down >= from && worker.down <= to) {
        context.fillStyle = colour.failed;
        context.fillText("✕", x(worker.down) + 2, y + LANE_HEIGHT / 2 - 4);
      }
      context.fillStyle = colour.text;
      context.textAlign = "left";
      context.fillText(worker.name, 2, y + LANE_HEIGHT / 2 - 4, LABEL - 8);
    });
    if (chosenTest >= 0 && tests[chosenTest][LANE] >= 0) {
      const t = tests[chosenTest], left = Math.max(LABEL, x(t[START]));
      context.strokeStyle = colour.focus;
      context.lineWidth = 2;
      if (t[END] >= from && t[START] <= to)
        context.strokeRect(left - 1, AXIS + t[LANE] * LANE_HEIGHT, Math.max(Math.min(width() - 4, x(t[END])) - left, 1) + 2, LANE_HEIGHT - 3);
    }
  }

  function zoom(factor, around) {
    const w = Math.min(SPAN, Math.max((to - from) * factor, .05));
    from = Math.min(Math.max(0, around - (around - from) / (to - from) * w), SPAN - w);
    to = from + w;
    draw();
  }

  function show(a, b) {
    from = Math.max(0, a);
    to = Math.min(SPAN, Math.max(b, from + .05));
    draw();
  }

  function say(i) {
    const line = $("said");
    line.textContent = "";
    if (i < 0) {
      line.append(element("span", "Point at a test, or go to it with the arrow keys.", "soft"));
      return;
    }
    const t = tests[i], call = t[DURATION] - t[SETUP] - t[TEARDOWN];
    line.append(tag(t[OUTCOME]), " ", element("span", t[ID], "id"),
      ` · ${data.workers[t[LANE]]?.name ?? "?"} · from ${seconds(t[START])} · ${seconds(t[DURATION])}` +
      ` (set-up ${seconds(t[SETUP])}, call ${seconds(Math.max(0, call))}, teardown ${seconds(t[TEARDOWN])})`);
    if (t[ANCHOR]) {
      const link = element("a", "its failure");
      link.href = `#${t[ANCHOR]}`;
      line.append(" · ", link);
    }
  }

  function choose(i, scroll) {
    chosenTest = i;
    say(i);
    if (scroll && i >= 0 && (tests[i][END] < from || tests[i][START] > to)) {
      const half = (to - from) / 2, middle = (tests[i][START] + tests[i][END]) / 2;
      from = Math.min(Math.max(0, middle - half), SPAN - 2 * half);
      to = from + 2 * half;
    }
    draw();
  }

  function under(event) {
    const box = canvas.getBoundingClientRect();
    const lane = lanes[Math.floor((event.clientY - box.top - AXIS) / LANE_HEIGHT)];
    if (!lane) return -1;
    const ms = at(event.clientX - box.left), reach = (to - from) / width() * 3;
    let best = -1, distance = reach;
    for (const i of lane) {
      const d = Math.max(tests[i][START] - ms, ms - tests[i][END], 0);
      if (matches[i] && d < distance) [best, distance] = [i, d];
    }
    return best;
  }

  let pressed = null;
  canvas.addEventListener("pointerdown", e => { pressed = e.offsetX; });
  canvas.addEventListener("pointermove", e => {
    if (pressed !== null && Math.abs(e.offsetX - pressed) > 4) {
      draw();
      context.fillStyle = colour.focus;
      context.globalAlpha = .2;
      context.fillRect(Math.min(pressed, e.offsetX), AXIS, Math.abs(e.offsetX - pressed), canvas.clientHeight - AXIS);
      context.globalAlpha = 1;
    } else {
      say(under(e));
    }
  });
  addEventListener("pointerup", e => {
    if (pressed === null) return;
    const begin = pressed;
    pressed = null;
    if (e.target === canvas && Math.abs(e.offsetX - begin) <= 4) choose(under(e), false);
    else show(...[at(begin), at(e.clientX - canvas.getBoundingClientRect().left)].sort((a, b) => a - b));
  });
  canvas.addEventListener("pointerleave", () => say(chosenTest));
  canvas.addEventListener("dblclick", () => show(0, SPAN));
  canvas.addEventListener("wheel", e => {
    if (!e.ctrlKey && !e.shiftKey) return;
    e.preventDefault();
    zoom(e.deltaY + e.deltaX > 0 ? 1.25 : .8, at(e.offsetX));
  }, { passive: false });

  function beside(direction) {
    const lane = lanes[chosenTest < 0 ? 0 : Math.max(0, tests[chosenTest][LANE])] ?? [];
    let k = chosenTest < 0 ? (direction > 0 ? -1 : lane.length) : lane.indexOf(chosenTest);
    do k += direction; while (k >= 0 && k < lane.length && !matches[lane[k]]);
    return lane[k] ?? chosenTest;
  }

  function across(direction) {
    const n = chosenTest < 0 ? 0 : tests[chosenTest][LANE] + direction, when = chosenTest < 0 ? 0 : tests[chosenTest][START];
    const lane = (lanes[n] ?? []).filter(i => matches[i]);
    return lane.reduce((best, i) => Math.abs(tests[i][START] - when) < Math.abs(tests[best][START] - when) ? i : best, lane[0] ?? chosenTest);
  }

  const middle = () => chosenTest >= 0 ? Math.min(Math.max(tests[chosenTest][START], from), to) : (from + to) / 2;
  const keys = {
    ArrowRight: () => choose(beside(1), true), ArrowLeft: () => choose(beside(-1), true),
    ArrowDown: () => choose(across(1), true), ArrowUp: () => choose(across(-1), true),
    "+": () => zoom(.5, middle()), "=": () => zoom(.5, middle()), "-": () => zoom(2, middle()), "0": () => show(0, SPAN),
    Enter: () => { if (chosenTest >= 0 && tests[chosenTest][ANCHOR]) open(tests[chosenTest][ANCHOR]); },
    Escape: () => choose(-1, false),
  };
  canvas.addEventListener("keydown", e => {
    if (e.ctrlKey || e.altKey || e.metaKey || !keys[e.key]) return;
    e.preventDefault();
    keys[e.key]();
  });
  $("in").addEventListener("click", () => zoom(.5, middle()));
  $("out").addEventListener("click", () => zoom(2, middle()));
  $("all").addEventListener("click", () => show(0, SPAN));

  // ---- the list ----

  const body = $("tests").tBodies[0], PAGE = 200;
  let order = [], filled = 0, by = START, ascending = true;

  function row(i) {
    const t = tests[i], tr = element("tr"), name = element("td", undefined, "id wide"), outcome = element("td");
    tr.tabIndex = -1;
    tr.dataset.test = i;
    outcome.append(tag(t[OUTCOME]));
    if (t[ANCHOR]) {
      const link = element("a", t[ID]);
      link.href = `#${t[ANCHOR]}`;
      name.append(link);
    } else {
      name.textContent = t[ID];
    }
    tr.append(outcome, name, element("td", data.workers[t[LANE]]?.name ?? ""),
      element("td", `${(t[START] / 1000).toFixed(3)}`, "number"), element("td", seconds(t[DURATION]), "number"));
    return tr;
  }

  function more() {
    const rows = document.createDocumentFragment();
    for (const i of order.slice(filled, filled + PAGE)) rows.append(row(i));
    filled = Math.min(filled + PAGE, order.length);
    body.append(rows);
    $("more").hidden = filled === order.length;
    $("more").textContent = `Show ${Math.min(PAGE, order.length - filled)} more of ${order.length - filled}`;
  }

  function list() {
    order = tests.map((_, i) => i).filter(i => matches[i]);
    const sign = ascending ? 1 : -1;
    order.sort((a, b) => sign * (tests[a][by] < tests[b][by] ? -1 : tests[a][by] > tests[b][by] ? 1 : a - b));
    body.textContent = "";
    filled = 0;
    $("matching").textContent = `${order.length} of ${tests.length}`;
    more();
    if (body.rows[0]) body.rows[0].tabIndex = 0;
  }

  const columns = [...$("tests").querySelectorAll("th button")];
  columns.forEach(button => button.addEventListener("click", () => {
    const key = Number(button.dataset.by);
    ascending = key === by ? !ascending : key !== DURATION;
    by = key;
    columns.forEach(b => b.removeAttribute("aria-sort"));
    button.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    list();
  }));
  $("more").addEventListener("click", more);
  if ("IntersectionObserver" in window)
    new IntersectionObserver(seen => { if (seen[0].isIntersecting && filled < order.length) more(); }, { rootMargin: "400px" }).observe($("more"));

  body.addEventListener("focusin", e => {
    const tr = e.target.closest("tr");
    if (!tr) return;
    body.querySelectorAll("tr[tabindex='0']").forEach(other => { other.tabIndex = -1; other.removeAttribute("aria-selected"); });
    tr.tabIndex = 0;
    tr.setAttribute("aria-selected", "true");
    choose(Number(tr.dataset.test), true);
  });
  body.addEventListener("click", e => e.target.closest("tr")?.focus());
  body.addEventListener("keydown", e => {
    const tr = e.target.closest("tr");
    if (!tr || e.ctrlKey || e.altKey || e.metaKey) return;
    if (e.key === "ArrowDown" && !tr.nextElementSibling) more();
    const next = { ArrowDown: tr.nextElementSibling, ArrowUp: tr.previousElementSibling, Home: body.firstElementChild, End: body.lastElementChild }[e.key];
    const anchor = tests[Number(tr.dataset.test)][ANCHOR];
    if (next) next.focus();
    else if (e.key === "Enter" && anchor && e.target === tr) open(anchor);
    else return;
    e.preventDefault();
  });

  // ---- failures ----

  function open(anchor) {
    const found = $(anchor);
    if (!found) return;
    found.open = true;
    found.querySelector("summary").focus();
    found.scrollIntoView({ block: "start" });
  }
  addEventListener("hashchange", () => open(location.hash.slice(1)));
  document.addEventListener("click", e => {
    const link = e.target.closest("a[href^='#f']");
    if (!link) return;
    e.preventDefault();
    open(link.getAttribute("href").slice(1));
  });
  const failures = [...document.querySelectorAll("details.failure")];
  $("unfold")?.addEventListener("click", () => {
    const closed = failures.some(f => !f.open);
    failures.forEach(f => { f.open = closed; });
  });
  addEventListener("keydown", e => {
    if (e.key !== "/" || e.ctrlKey || e.altKey || e.metaKey || e.target.matches("input")) return;
    e.preventDefault();
    $("find").focus();
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { learnColours(); draw(); });
  new ResizeObserver(draw).observe($("lanes"));
  learnColours();
  list();
  choose(-1, false);
  document.documentElement.dataset.ready = String(order.length);
})();
