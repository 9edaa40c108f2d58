// A sender in Node with the package fhir-kit-client: `node client.js BASE TOKEN OTHER_TOKEN BSN`. Copy what you need.
//
// Everything it knows of the gateway is its CapabilityStatement and what that names. It prints what it saw as one line.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "fhir-kit-client";

const [BASE, TOKEN, OTHER_TOKEN, BSN] = process.argv.slice(2);
const OURS = "https://verwijsindex.example/fhir";
const SOURCE = `${OURS}/sid/bron/voorbeeld-node-fhir`;
const RUN = randomUUID().slice(0, 8);
const extension = (name, value) => ({ url: `${OURS}/StructureDefinition/vi-${name}`, ...value });

function signal(number) {
  const now = new Date().toISOString();
  return {
    resourceType: "Flag",
    contained: [
      {
        resourceType: "PractitionerRole",
        id: "melder",
        identifier: [{ system: `${OURS}/NamingSystem/medewerker`, value: "p-1" }],
        practitioner: { display: "V. Oorbeeld" },
        telecom: [{ system: "phone", value: "030-1234567" }],
      },
    ],
    extension: [
      extension("redelijk-vermoeden", { valueBoolean: true }),
      extension("informatieplicht", {
        extension: [
          { url: "wie", valueCode: "JEUGDIGE" },
          { url: "datum", valueDate: now.slice(0, 10) },
        ],
      }),
    ],
    identifier: [{ use: "secondary", system: SOURCE, value: number }],
    status: "active",
    category: [
      { extension: [extension("as", { valueCode: "urgentie" })], coding: [{ code: "spoed", userSelected: true }] },
    ],
    code: { coding: [{ system: `${OURS}/CodeSystem/vi-signaalsoort`, code: "SIGNAAL" }] },
    subject: { type: "Patient", identifier: { system: "http://fhir.nl/fhir/NamingSystem/bsn", value: BSN } },
    period: { start: now },
    author: { reference: "#melder" },
  };
}

const client = new Client({ baseUrl: BASE, bearerToken: TOKEN });
const other = new Client({ baseUrl: BASE, bearerToken: OTHER_TOKEN });

// Search again and again, each time from where the last search ended, until there is a match on this signal.
async function firstMatch(sender, id, seconds = 30) {
  const until = Date.now() + seconds * 1000;
  let na;
  while (Date.now() < until) {
    const searchParams = na ? { na } : {};
    const page = await sender.search({ resourceType: "Task", searchParams, options: { postSearch: true } });
    const found = (page.entry ?? []).map((entry) => entry.resource).find((task) => task.focus.identifier.value === id);
    if (found) return found;
    const onward = page.link.find((link) => link.relation === "vi-verder");
    na = new URL(onward.url).searchParams.get("na");
    await pause(500);
  }
  throw new Error("no match");
}

async function refused(call) {
  try {
    await call();
  } catch (error) {
    const fault = error.response.data.issue.find((issue) => issue.severity === "error");
    return { status: error.response.status, code: fault.details.coding[0].code, plaats: fault.expression };
  }
  throw new Error("it was accepted");
}

const statement = await client.capabilityStatement();
const ours = signal(`${RUN}-ons`);
const given = await client.create({ resourceType: "Flag", body: ours });
const again = await client.create({ resourceType: "Flag", body: ours });
await other.create({ resourceType: "Flag", body: signal(`${RUN}-ander`) });
const task = await firstMatch(client, given.id);
const followed = { ...task, status: "in-progress" };
followed.businessStatus = { coding: [{ system: `${OURS}/CodeSystem/vi-opvolging`, code: "CONTACT" }] };
const tag = { headers: { "If-Match": `W/"${task.meta.versionId}"` } };
const told = await client.update({ resourceType: "Task", id: task.id, body: followed, options: tag });
const late = await refused(() => client.update({ resourceType: "Task", id: task.id, body: followed, options: tag }));
const wrong = await refused(() =>
  client.create({
    resourceType: "Flag",
    body: { ...signal(`${RUN}-fout`), subject: { ...ours.subject, identifier: { ...ours.subject.identifier, value: "999990018" } } },
  }),
);
const words = await client.operation({
  name: "translate",
  resourceType: "ConceptMap",
  method: "GET",
  input: { url: `${OURS}/ConceptMap/zvj-signaalcode`, system: `${OURS}/CodeSystem/zvj-signaalcode`, code: "urgent" },
});

console.log(
  JSON.stringify({
    fhirVersion: statement.fhirVersion,
    searches: statement.rest[0].resource.filter((one) => one.searchParam).length,
    status: given.status,
    child: JSON.stringify(given).includes(BSN),
    same: again.id === given.id,
    instantie: task.contained.find((one) => one.resourceType === "Organization").name,
    opvolging: told.businessStatus.coding[0].code,
    late: late.status,
    wrong: wrong.status,
    code: wrong.code,
    plaats: wrong.plaats,
    translated: words.parameter.find((one) => one.name === "result").valueBoolean,
  }),
);
