// Reads a result page from its file, in both languages: node report.mjs <chromium> <page> <folder>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [, , executablePath, file, folder] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
// the page's own policy forbids scripts; the ones below are the test's own
const context = await browser.newContext({ locale: "nl-NL", viewport: { width: 1100, height: 1400 }, bypassCSP: true });
const page = await context.newPage();
const asked = [];
const dialogs = [];
page.on("request", (request) => asked.push(request.url()));
page.on("dialog", (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
const seen = [];

async function shot(name, fullPage) {
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage });
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  seen.push({ name, violations: found.violations.map((one) => `${one.id}: ${one.nodes[0].target}`) });
}

await page.goto(pathToFileURL(file).href);
const verdict = await page.locator(".verdict").innerText();
await shot("uitslag", false);
await page.locator("article").first().scrollIntoViewIfNeeded();
await page.evaluate(() => document.querySelector("article")?.scrollIntoView());
await shot("uitslag-bevinding", false);
const marked = await page.locator("mark").allInnerTexts();
for (const one of await page.locator("summary").all()) await one.press("Enter");
await shot("uitslag-open", true);
await page.keyboard.press("Tab");
await page.getByLabel("English").focus();
await page.keyboard.press("Space");
const english = await page.locator(".verdict").innerText();
await shot("uitslag-en", false);
await page.setViewportSize({ width: 390, height: 844 });
await shot("uitslag-telefoon", true);
await page.emulateMedia({ media: "print" });
await shot("uitslag-druk", true);
const injected = await page.evaluate(() => document.scripts.length);
await browser.close();
console.log(JSON.stringify({ verdict, english, marked, seen, dialogs, injected, asked: asked.length }));
