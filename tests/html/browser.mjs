// Looks at the page in headless Chromium: that it loads nothing and complains of nothing, that
// filters, links and folding work by mouse and keyboard and the text without a script, that axe
// finds no fault, and that nothing is wider than the screen or the paper.
//
//   node browser.mjs PAGE.html [MORE.html…] [--compared COMPARED.html] [--many MANY.html]
//     [--pictures FOLDER]
//
// Everything is tried on the first page; the others are opened, and looked at by axe. COMPARED.html
// is a comparison of editions, and MANY.html a page of ten thousand findings. The browser is CHROMIUM, or /usr/bin/chromium.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { many: { type: "string" }, compared: { type: "string" }, pictures: { type: "string" } },
});
const { many: many_file, compared: compared_file, pictures } = values;
const page_file = files[0];
assert.ok(page_file, "usage: node browser.mjs PAGE.html [MORE.html…] [--compared COMPARED.html] [--many MANY.html] [--pictures FOLDER]");
const both = compared_file ? [page_file, compared_file] : [page_file];
const address = (file) => pathToFileURL(resolve(file)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// A browser of its own, with a new profile, that asks nobody for anything.
const profiles = [];
const launch = (options) => {
  const profile = mkdtempSync(join(tmpdir(), "tieout-page-"));
  profiles.push(profile);
  return chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...options,
  });
};
const browser = await launch({ viewport: { width: 1280, height: 900 } });

let failed = 0;
const test = async (name, run) => {
  const started = Date.now();
  try {
    await run();
    console.log(`ok    ${name} (${Date.now() - started} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
};

// A page that fails the test if anything is asked for, logged as an error or thrown.
const open = async (file, options = {}) => {
  const page = await browser.newPage();
  const troubles = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address(file)) troubles.push(`asked for ${request.url()}`);
  });
  await page.emulateMedia({ colorScheme: options.dark ? "dark" : "light" });
  await page.setViewportSize({ width: options.width ?? 1280, height: 900 });
  await page.goto(address(file) + (options.hash ?? ""));
  return { page, troubles };
};

const shown = (page, selector) =>
  page.locator(selector).evaluateAll((all) => all.filter((e) => e.checkVisibility()).length);
const status = (page) => page.locator("#count").textContent();
const first_id = (page, selector) => page.locator(selector).first().getAttribute("id");

await test("nothing is loaded, logged or thrown, in light and dark", async () => {
  for (const file of [...files, ...both.slice(1)]) {
    for (const dark of [false, true]) {
      const { page, troubles } = await open(file, { dark });
      assert.deepEqual(troubles, []);
      assert.match(await status(page), /^Shown: all \d+ (findings?, all \d+ figures?|rows?)\.$/);
      await page.close();
    }
  }
});

await test("filters by verdict, check, section and text, with the count", async () => {
  const { page, troubles } = await open(page_file);
  const all = await shown(page, ".f");
  const box = page.locator('#filters input[value="consistent"]');
  const consistent = await shown(page, ".f.consistent");
  assert.ok(consistent > 0);
  await box.click();
  await page.waitForFunction((n) => document.getElementById("count").textContent.startsWith(`Shown: ${n} of`), all - consistent);
  assert.equal(await shown(page, ".f.consistent"), 0);
  assert.equal(await shown(page, ".f"), all - consistent);
  assert.equal(await shown(page, "h3.consistent"), 0, "a heading without findings is hidden");

  // By keyboard: space ticks the box again.
  await box.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("Shown: all"));
  assert.equal(await shown(page, ".f"), all);

  const check = await page.locator(".f").first().getAttribute("data-c");
  await page.locator('#filters [name="check"]').selectOption(check);
  await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("Shown: all"));
  assert.equal(await shown(page, ".f"), await page.locator(`.f[data-c="${check}"]`).count());
  await page.locator('#filters button[type="reset"]').click();
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("Shown: all"));

  if (await page.locator('#filters [name="section"]').count()) {
    await page.locator('#filters [name="section"]').selectOption("1");
    await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("Shown: all"));
    assert.equal(await shown(page, ".f"), await page.locator('.f[data-s~="1"]').count());
    assert.equal(await shown(page, ".r"), await page.locator('.r[data-s="1"]').count());
    await page.locator('#filters button[type="reset"]').click();
    await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("Shown: all"));
  }

  const id = await page.locator(".f .id").first().textContent();
  await page.locator('#filters [name="text"]').fill(id.toUpperCase());
  await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("Shown: all"));
  assert.ok((await shown(page, ".f")) >= 1);
  await page.locator('#filters [name="text"]').fill("no such words anywhere");
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("Shown: 0 of"));
  assert.equal(await shown(page, ".f"), 0);
  await page.locator('#filters [name="text"]').press("Enter");
  assert.deepEqual(troubles, []);
  await page.close();
});

await test("a link opens what it names, though it be folded or filtered out", async () => {
  const folded = await (async () => {
    const { page } = await open(page_file);
    const id = await first_id(page, "details.f");
    await page.close();
    return id;
  })();
  const { page, troubles } = await open(page_file, { hash: `#${folded}` });
  const target = page.locator(`[id="${folded}"]`);
  assert.ok(await target.evaluate((e) => e.open));
  await page.locator('#filters input[value="consistent"]').click();
  await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("Shown: all"));
  await page.evaluate(() => (location.hash = ""));
  await page.evaluate((id) => (location.hash = id), folded);
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("Shown: all"));
  assert.ok(await target.isVisible());
  // From a figure to a finding that uses it, and back.
  const link = page.locator(".r td:last-child a").first();
  await link.click();
  const to = decodeURIComponent((await link.getAttribute("href")).slice(1));
  assert.ok(await page.locator(`[id="${to}"]`).evaluate((e) => {
    const box = e.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  }));
  assert.deepEqual(troubles, []);
  await page.close();
});

await test("by keyboard alone: skip link, focus that is seen, the working", async () => {
  const { page } = await open(page_file);
  await page.keyboard.press("Tab");
  const skip = page.locator(".skip");
  assert.ok(await skip.evaluate((e) => e === document.activeElement && e.getBoundingClientRect().left >= 0));
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "findings");
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return [document.activeElement.type, style.outlineStyle, parseFloat(style.outlineWidth) >= 2];
  });
  assert.deepEqual(outline, ["checkbox", "solid", true]);
  const working = page.locator("details.working").first();
  await working.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await working.evaluate((e) => e.open));
  await page.close();
});

await test("without a script all is there but the filters", async () => {
  const { page: scripted } = await open(page_file);
  const all = await scripted.locator(".f").count();
  await scripted.close();
  const plain = await launch({ javaScriptEnabled: false });
  const page = await plain.newPage();
  await page.goto(address(page_file));
  assert.equal(await page.locator(".f").count(), all);
  assert.equal(await page.locator("#filters").isVisible(), false);
  assert.ok(await page.locator("table.summary").first().isVisible());
  const working = page.locator("details.working").first();
  await working.locator("summary").click();
  assert.ok(await working.locator("ol, ul").first().isVisible());
  await plain.close();
});

await test("axe finds no fault, light on a wide screen and dark on a narrow one", async () => {
  const looks = [[page_file, false, 1280], [page_file, true, 390]];
  looks.push(...both.slice(1).flatMap((file) => [[file, false, 1280], [file, true, 390]]));
  looks.push(...files.slice(1).map((file) => [file, true, 1280]));
  for (const [file, dark, width] of looks) {
    const { page } = await open(file, { dark, width });
    // Everything is unfolded, so that it is looked at, too.
    await page.evaluate(() => document.querySelectorAll("details").forEach((e) => (e.open = true)));
    await page.addStyleTag({ content: ".f, ul.brief { content-visibility: visible !important }" });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    const grave = violations.map((v) => `${v.impact} ${v.id}: ${v.help}\n  ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 200)}\n  ${n.failureSummary}`).join("\n  ")}`);
    assert.deepEqual(grave, [], `${file}, dark: ${dark}, ${width} pixels`);
    await page.close();
  }
});

await test("nothing is wider than the screen, and pictures are taken", async () => {
  const looks = [[false, 1280], [true, 1280], [false, 390], [true, 390], [false, 320]];
  for (const [file, dark, width] of both.flatMap((file) => looks.map((look) => [file, ...look]))) {
    const { page } = await open(file, { dark, width });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
    // No caption is squeezed into a column of letters.
    const squeezed = await page.evaluate(() => [...document.querySelectorAll("caption")]
      .filter((e) => e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().width < 100)
      .map((e) => e.textContent));
    assert.deepEqual(squeezed, [], `squeezed at ${width}`);
    // No label of a number line is cut by the edge of the screen.
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll(".line text")].filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width > 0 && (box.left < 0 || box.right > innerWidth);
      }).map((text) => text.textContent));
    assert.deepEqual(cut, [], `cut at ${width}`);
    // No number is written over another.
    const over = await page.evaluate(() => [...document.querySelectorAll("svg.line")].flatMap((line) => {
      const texts = [...line.querySelectorAll("text")].map((t) => [t.textContent, t.getBoundingClientRect()]);
      return texts.flatMap(([one, a], n) => texts.slice(n + 1)
        .filter(([, b]) => a.width && b.width && a.left < b.right && b.left < a.right && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3)
        .map(([other]) => `${one} over ${other}`));
    }));
    assert.deepEqual(over, [], `at ${width}`);
    if (pictures) {
      const of = file === page_file ? "" : "compared-";
      const name = `${of}${width}-${dark ? "dark" : "light"}.png`;
      await page.screenshot({ path: join(pictures, name), fullPage: false });
      const places = of ? ["#editions", "#conclusions", "#triangles"] : [".group", "#figures"];
      for (const place of places) {
        await page.evaluate((place) => document.querySelector(place)?.scrollIntoView(), place);
        const path = join(pictures, `${place.slice(1)}-${name}`);
        await page.screenshot({ path, fullPage: false });
      }
    }
    await page.close();
  }
});

await test("it prints on A4", async () => {
  for (const file of both) {
    const { page } = await open(file);
    const path = pictures ? join(pictures, file === page_file ? "page.pdf" : "compared.pdf") : undefined;
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false, path });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    const box = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString("latin1"));
    const [width, height] = [Number(box[1]), Number(box[2])];
    assert.ok(Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2, `${width} × ${height} points`);
    // At the width of the paper between its margins, nothing sticks out.
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: Math.round((182 / 25.4) * 96), height: 1000 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const who = await page.evaluate(() => [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 3).map((e) => e.outerHTML.slice(0, 120)));
    assert.ok(wide <= 0, `${wide} pixels wider than the paper: ${who.join("\n")}`);
    assert.equal(await page.locator("#filters").isVisible(), false);
    await page.close();
  }
});

if (compared_file) {
  await test("a comparison: filters by class and text, folds that open, places that links find", async () => {
    const { page, troubles } = await open(compared_file);
    const all = await page.locator(".f").count();
    const rolled = await page.locator('.f[data-v="rolled"]').count();
    assert.ok(rolled > 0 && rolled < all);
    await page.locator('#filters input[value="rolled"]').click();
    await page.waitForFunction((n) => document.getElementById("count").textContent.startsWith(`Shown: ${n} of`), all - rolled);
    assert.equal(await shown(page, '.f[data-v="rolled"]'), 0);
    await page.locator('#filters button[type="reset"]').click();
    await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("Shown: all"));
    // What is looked for is not left folded.
    const folded = await page.locator("details.fold .f .id").first().textContent();
    await page.locator('#filters [name="text"]').fill(folded);
    await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("Shown: all"));
    assert.ok(await page.locator("details.fold .f:not([hidden])").first().isVisible());
    // From a conclusion to a figure that it uses.
    const link = page.locator("article.c .figs a").first();
    const to = decodeURIComponent((await link.getAttribute("href")).slice(1));
    await link.click();
    await page.waitForFunction((id) => {
      const box = document.getElementById(id).getBoundingClientRect();
      return box.height > 0 && box.bottom > 0 && box.top < innerHeight;
    }, to);
    assert.deepEqual(troubles, []);
    await page.close();
  });

  await test("a comparison: slopes have names and stay in their cells; without a script all is there", async () => {
    const { page: scripted } = await open(compared_file);
    const slopes = await scripted.evaluate(() => [...document.querySelectorAll(".slope svg")].map((svg) => {
      const cell = svg.closest("td").getBoundingClientRect();
      const box = svg.getBoundingClientRect();
      const words = svg.querySelector("title")?.textContent && svg.querySelector("desc")?.textContent;
      return [Boolean(words), box.width === 0 || (box.left >= cell.left - 1 && box.right <= cell.right + 1)];
    }));
    assert.ok(slopes.length > 10);
    assert.ok(slopes.every(([named, inside]) => named && inside));
    const all = await scripted.locator(".f").count();
    await scripted.close();
    const plain = await launch({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await page.goto(address(compared_file));
    assert.equal(await page.locator(".f").count(), all);
    assert.equal(await page.locator("#filters").isVisible(), false);
    await page.locator("details.fold summary").first().click();
    assert.ok(await page.locator("details.fold .f").first().isVisible());
    await plain.close();
  });
}

if (many_file) {
  await test("a page of ten thousand findings scrolls and filters", async () => {
    const started = Date.now();
    const { page, troubles } = await open(many_file);
    const loaded = Date.now() - started;
    const frames = await page.evaluate(async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const took = [];
      const step = document.documentElement.scrollHeight / 60;
      for (let n = 0; n < 60; n += 1) {
        const before = performance.now();
        scrollBy(0, step);
        await frame();
        took.push(performance.now() - before);
      }
      return took.sort((a, b) => a - b);
    });
    const before = Date.now();
    await page.locator('#filters input[value="consistent"]').click();
    await page.waitForFunction(() => !document.getElementById("count").textContent.startsWith("Shown: all"));
    const filtered = Date.now() - before;
    const median = frames[30];
    console.log(`      loaded in ${loaded} ms, filtered in ${filtered} ms; a step of the scroll bar: median ${median.toFixed(0)} ms, longest ${frames[59].toFixed(0)} ms`);
    assert.ok(loaded < 20_000 && filtered < 10_000 && median < 500);
    assert.deepEqual(troubles, []);
    await page.close();
  });
}

await browser.close();
for (const profile of profiles) rmSync(profile, { recursive: true, force: true });
if (failed > 0) {
  console.log(`${failed} failed`);
  process.exit(1);
}
