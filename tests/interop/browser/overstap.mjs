// Reads the pages about a move, one file each: node overstap.mjs <chromium> <folder for pictures> <name=page>...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [, , executablePath, folder, ...pages] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const told = {};

for (const one of pages) {
  const [name, file] = one.split("=");
  // the page's own policy forbids scripts; the ones below are the test's own
  const context = await browser.newContext({ locale: "nl-NL", viewport: { width: 1100, height: 1000 }, bypassCSP: true });
  const page = await context.newPage();
  const asked = [];
  const seen = [];
  page.on("request", (request) => asked.push(request.url()));

  async function shot(kind, fullPage = false) {
    await page.screenshot({ path: `${folder}/${name}${kind}.png`, fullPage });
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run());
    seen.push({ kind, violations: found.violations.map((fault) => `${fault.id}: ${fault.nodes[0].target}`) });
  }

  await page.goto(pathToFileURL(file).href);
  await shot("");
  await shot("-heel", true);
  const verdict = await page.locator(".verdict").innerText();
  const step = await page.locator("[aria-current=step]").innerText();
  const headings = await page.locator("h2").allInnerTexts();
  await page.emulateMedia({ colorScheme: "dark" });
  await shot("-donker");
  await page.setViewportSize({ width: 390, height: 844 });
  await shot("-telefoon", true);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  await page.emulateMedia({ colorScheme: "light", media: "print" });
  await shot("-druk", true);
  const scripts = await page.evaluate(() => document.scripts.length);
  told[name] = { verdict, step, headings, wide, scripts, seen, asked: asked.length };
  await context.close();
}

await browser.close();
console.log(JSON.stringify(told));
