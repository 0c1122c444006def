/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Appended to a copy of a report shown in a frame: measures the layout and writes what is wrong into
   <pre id="layout"> of the page around it. */
(function () {
  const wrong = [], width = document.documentElement.clientWidth;
  const say = (condition, message) => { if (!condition) wrong.push(message); };
  say(document.documentElement.scrollWidth <= width, 'the page scrolls sideways: ' + document.documentElement.scrollWidth);
  for (const e of document.querySelectorAll('h1,h2,h3,p,li,figcaption,img,dt,dd,summary')) {
    if (e.closest('.scroll')) continue;
    const r = e.getBoundingClientRect();
    if (!r.width) continue;
    say(r.left >= 0 && r.right <= width + 0.5, e.tagName + ' leaves the window: ' + e.textContent.slice(0, 40));
    say(parseFloat(getComputedStyle(e).fontSize) >= 14, e.tagName + ' is smaller than 14 px');
  }
  for (const e of document.querySelectorAll('img')) say(e.complete && e.naturalWidth > 0, 'a figure does not load');
  for (const e of document.querySelectorAll('table')) say(e.closest('.scroll'), 'a table outside its scrolling box');
  for (const e of document.querySelectorAll('details')) e.open = true;
  say(document.documentElement.scrollWidth <= width, 'the page scrolls sideways with its details open');
  /* Charts: no label cut off, none on top of another. */
  for (const img of document.querySelectorAll('img')) {
    const holder = document.createElement('div');
    const bytes = Uint8Array.from(atob(img.src.split(',')[1]), (c) => c.charCodeAt(0));
    holder.innerHTML = new TextDecoder().decode(bytes).replace(/^[^]*?<svg/, '<svg');
    document.body.append(holder);
    const svg = holder.querySelector('svg'), box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((t) => t.textContent.trim());
    const name = img.closest('figure').id;
    say(texts.length > 3, name + ' has no labels');
    const at = texts.map((t) => t.getBoundingClientRect());
    at.forEach((r, i) => {
      const label = texts[i].textContent.trim();
      say(r.left >= box.left && r.right <= box.right && r.top >= box.top && r.bottom <= box.bottom,
          name + ' cuts off: ' + label);
      at.slice(i + 1).forEach((q, j) => {
        const across = Math.min(r.right, q.right) - Math.max(r.left, q.left);
        const down = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
        say(across <= 1 || down <= 3, name + ' overlaps: ' + label + ' / ' + texts[i + 1 + j].textContent.trim());
      });
    });
    holder.remove();
  }
  const out = document.createElement('pre');
  out.id = 'layout';
  out.textContent = wrong.length ? 'WRONG ' + wrong.join('; ') : 'LAYOUT-OK at ' + width;
  window.parent.document.body.append(out);
})();
