// A professional reads a match on the page, with nothing but a browser: node drive.mjs <chromium> <base> <folder>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [, , executablePath, base, folder] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
// scripts are off for the page as for its readers; the ones below are the test's own
const context = await browser.newContext({ locale: "nl-NL", viewport: { width: 1100, height: 1400 }, bypassCSP: true });
const page = await context.newPage();
const refused = [];
page.on("console", (said) => said.type() === "error" && !said.location().url.endsWith("/favicon.ico") && refused.push(said.text()));
const seen = [];

async function shot(name) {
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  seen.push({ name, violations: found.violations.map((one) => `${one.id}: ${one.nodes[0].target}`) });
}

async function logIn(name, password) {
  await page.getByLabel("Naam").fill(name);
  await page.getByLabel("Wachtwoord").fill(password);
  await page.getByRole("button", { name: "Aanmelden" }).press("Enter");
}

await page.goto(`${base}/match`);
await logIn("school-de-wilg", "verkeerd");
const wrong = await page.getByRole("alert").innerText();
await shot("aanmelden");
await logIn("school-de-wilg", "sandbox-school-de-wilg");
const listed = await page.locator("main li a").allInnerTexts();
await shot("matches");
await page.locator("main li a").first().click();
const address = page.url();
const phone = await page.locator("a[href^='tel:']").first().innerText();
const friends = await page.locator("p.note q").allInnerTexts();
const card = await page.getByRole("heading", { name: /^Bedoelkaart van/ }).innerText();
await shot("match");
await page.emulateMedia({ colorScheme: "dark" });
await page.setViewportSize({ width: 390, height: 844 });
await shot("match-telefoon");
await page.emulateMedia({ colorScheme: "light" });
await page.setViewportSize({ width: 1100, height: 1400 });
await page.getByRole("button", { name: "contact gehad" }).click();
const followed = await page.locator("button[aria-pressed=true]").allInnerTexts();
const stayed = page.url() === address;
await page.getByRole("button", { name: "ik neem de regie" }).click();
const held = await page.getByText(/^U heeft de regie/).innerText();
await shot("match-regie");
await page.getByRole("button", { name: "Afmelden" }).click();
await page.goto(`${base}/match`);
await logIn("jeugdhulp-voorbeeld", "sandbox-jeugdhulp-voorbeeld");
await page.locator("main li a").first().click();
const other = await page.getByText(/^De regie ligt bij/).innerText();
await page.getByRole("button", { name: "Afmelden" }).click();
await page.goto(address);
const out = page.url();
await logIn("school-de-wilg", "sandbox-school-de-wilg");
const back = page.url() === address;
const names = (await context.cookies()).map((one) => [one.name, one.httpOnly, one.sameSite]);
await browser.close();
console.log(JSON.stringify({ wrong, listed, phone, friends, card, followed, stayed, held, other, out, back, names, seen, refused }));
