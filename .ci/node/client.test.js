// Intercom's official Node client, as it is, against a running sandbox:
// SANDBOX_URL and SANDBOX_TOKEN say which. What the client cannot read here is
// not Intercom's API.
import assert from "node:assert/strict";
import { test } from "node:test";
import { IntercomClient, IntercomError } from "intercom-client";

const { SANDBOX_URL: baseUrl, SANDBOX_TOKEN: token } = process.env;
assert.ok(baseUrl && token, "SANDBOX_URL and SANDBOX_TOKEN have to be set");

const client = new IntercomClient({ token, baseUrl, maxRetries: 0 });
const refusal = (status, code) => (err) => {
  assert.ok(err instanceof IntercomError, String(err));
  assert.equal(err.statusCode, status);
  assert.equal(err.body.errors[0].code, code);
  return true;
};

test("who am I, and in which version", async () => {
  const { data, rawResponse } = await client.admins.identify().withRawResponse();
  assert.equal(data.type, "admin");
  assert.match(data.app.id_code, /^[a-z0-9]{8}$/);
  assert.equal(rawResponse.headers.get("intercom-version"), "2.14");
  assert.ok(rawResponse.headers.get("x-request-id"));
  const stranger = new IntercomClient({ token: "nonsense", baseUrl, maxRetries: 0 });
  await assert.rejects(stranger.admins.identify(), refusal(401, "unauthorized"));
});

test("data attributes", async () => {
  const made = await client.dataAttributes.create({ name: "plan", model: "contact", data_type: "string" });
  assert.equal(made.full_name, "custom_attributes.plan");
  await assert.rejects(client.dataAttributes.create({ name: "plan", model: "contact", data_type: "string" }), refusal(400, "parameter_invalid"));
  const list = await client.dataAttributes.list({ model: "contact", include_archived: false });
  assert.ok(list.data.some((a) => a.name === "plan" && a.custom));
  const changed = await client.dataAttributes.update({ data_attribute_id: made.id, body: { description: "What they pay for" } });
  assert.equal(changed.description, "What they pay for");
});

test("leads: created twice are two, then updated, found, listed, searched", async () => {
  const lead = { role: "lead", email: "Joe@Example.com", name: "Joe", phone: "+353871234567", custom_attributes: { plan: "pro" } };
  const first = await client.contacts.create(lead);
  const second = await client.contacts.create(lead);
  assert.notEqual(first.id, second.id);
  assert.equal(first.email, "joe@example.com");
  assert.equal(first.role, "lead");
  assert.equal(first.custom_attributes.plan, "pro");

  const updated = await client.contacts.update({ contact_id: first.id, name: "Joseph" });
  assert.equal(updated.name, "Joseph");
  assert.equal((await client.contacts.find({ contact_id: first.id })).name, "Joseph");
  await assert.rejects(client.contacts.find({ contact_id: "6762f0dd1bb69f9f2193bb83" }), refusal(404, "not_found"));
  await assert.rejects(client.contacts.create({ role: "lead", custom_attributes: { nope: 1 } }), refusal(400, "parameter_invalid"));

  for (let i = 0; i < 5; i++) await client.contacts.create({ role: "lead", email: `more${i}@example.com` });
  const listed = [];
  for await (const contact of await client.contacts.list({ per_page: 2 })) listed.push(contact.id);
  assert.ok(listed.includes(first.id) && listed.includes(second.id));
  assert.equal(new Set(listed).size, listed.length);

  const found = [];
  const query = { operator: "AND", value: [{ field: "email", operator: "=", value: "joe@example.com" }, { field: "role", operator: "=", value: "lead" }] };
  for await (const contact of await client.contacts.search({ query, pagination: { per_page: 1 } })) found.push(contact.id);
  assert.deepEqual(found.sort(), [first.id, second.id].sort());
});

test("users conflict, archived ones too", async () => {
  const user = await client.contacts.create({ email: "ann@example.com", external_id: "70" });
  assert.equal(user.role, "user");
  assert.equal((await client.contacts.showContactByExternalId({ external_id: "70" })).id, user.id);
  const again = () => client.contacts.create({ email: "ann@example.com" });
  await assert.rejects(again(), (err) => refusal(409, "conflict")(err) && err.body.errors[0].message.endsWith(`id=${user.id}`));
  assert.equal((await client.contacts.archive({ contact_id: user.id })).archived, true);
  await assert.rejects(again(), (err) => refusal(409, "conflict")(err) && err.body.errors[0].message.startsWith("An archived contact"));
  assert.equal((await client.contacts.unarchive({ contact_id: user.id })).archived, false);
  assert.equal((await client.contacts.delete({ contact_id: user.id })).deleted, true);
  await assert.rejects(client.contacts.find({ contact_id: user.id }), refusal(404, "not_found"));
});

test("tags, companies, notes, subscriptions", async () => {
  const { id: contact_id } = await client.contacts.create({ role: "lead", email: "tag@example.com" });
  const tag = await client.tags.create({ name: "Fair" });
  assert.equal((await client.tags.tagContact({ contact_id, id: tag.id })).name, "Fair");
  await client.tags.create({ name: "Fair 2", users: [{ id: contact_id }] });
  assert.equal((await client.contacts.listAttachedTags({ contact_id })).data.length, 2);
  assert.equal((await client.contacts.find({ contact_id })).tags.total_count, 2);
  await client.tags.untagContact({ contact_id, tag_id: tag.id });
  assert.ok((await client.tags.list()).data.length >= 2);

  const company = await client.companies.createOrUpdate({ company_id: "c-1", name: "Blue Sun" });
  assert.equal((await client.companies.createOrUpdate({ company_id: "c-1", name: "Bluer Sun" })).id, company.id);
  await client.companies.attachContact({ contact_id, id: company.id });
  assert.equal((await client.companies.find({ company_id: company.id })).user_count, 1);
  const names = [];
  for await (const c of await client.companies.list()) names.push(c.name);
  assert.deepEqual(names, ["Bluer Sun"]);
  await client.companies.detachContact({ contact_id, company_id: company.id });
  await assert.rejects(client.companies.find({ company_id: "nobody" }), refusal(404, "company_not_found"));

  assert.equal((await client.notes.create({ contact_id, body: "Met at the fair" })).contact.id, contact_id);
  const types = await client.subscriptionTypes.list();
  const optIn = types.data.find((t) => t.consent_type === "opt_in");
  await client.contacts.attachSubscription({ contact_id, id: optIn.id, consent_type: "opt_in" });
  assert.equal((await client.contacts.listAttachedSubscriptions({ contact_id })).data[0].id, optIn.id);
});

test("a lead is merged into a user", async () => {
  const lead = await client.contacts.create({ role: "lead", email: "merge@example.com" });
  const user = await client.contacts.create({ external_id: "merge", email: "merge@example.com" });
  assert.equal((await client.contacts.mergeLeadInUser({ from: lead.id, into: user.id })).id, user.id);
  await assert.rejects(client.contacts.find({ contact_id: lead.id }), refusal(404, "not_found"));
});
