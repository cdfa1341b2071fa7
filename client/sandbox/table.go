package sandbox

import "net/http"

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	remove = http.MethodDelete
)

// table lists what the sandbox serves. Literal segments stand before
// parameters. A handler that is nil is a resource that the family lacks.
var table = []route{
	{method: get, path: "/me", leads: showMe, people: showMe},
	{method: get, path: "/admins", leads: listAdmins, people: listAdmins},
	{method: get, path: "/admins/{id}", leads: showAdmin, people: showAdmin},

	{method: post, path: "/contacts", leads: saveLead, people: createContact, body: true, write: "save"},
	{method: get, path: "/contacts", leads: listLeads, people: listContacts},
	{method: remove, path: "/contacts", leads: deleteLead, write: "delete"},
	{method: get, path: "/contacts/scroll", leads: scrollLeads},
	{method: post, path: "/contacts/convert", leads: convertLead, body: true, write: "convert"},
	{method: get, path: "/contacts/{id}", leads: showLead, people: showContact},
	{method: put, path: "/contacts/{id}", leads: putLead, people: updateContact, body: true, write: "update"},
	{method: remove, path: "/contacts/{id}", leads: deleteLead, people: deleteContact, write: "delete"},
	{method: post, path: "/user_delete_requests", leads: requestDeletion, people: requestDeletion, body: true, write: "delete"},

	{method: get, path: "/contacts/find_by_external_id/{id}", people: showExternal, since: 13},
	{method: post, path: "/contacts/search", people: searchContacts, body: true},
	{method: post, path: "/contacts/merge", people: mergeContacts, body: true, write: "merge"},
	{method: post, path: "/contacts/{id}/archive", people: archiveContact, write: "archive"},
	{method: post, path: "/contacts/{id}/unarchive", people: unarchiveContact, write: "unarchive"},
	{method: post, path: "/contacts/{id}/block", people: blockContact, since: 13, write: "block"},

	{method: get, path: "/contacts/{id}/tags", people: listContactTags},
	{method: post, path: "/contacts/{id}/tags", people: tagContact, body: true, write: "tag"},
	{method: remove, path: "/contacts/{id}/tags/{tag}", people: untagContact},
	{method: get, path: "/contacts/{id}/companies", people: listContactCompanies},
	{method: post, path: "/contacts/{id}/companies", people: attachCompany, body: true, write: "attach"},
	{method: remove, path: "/contacts/{id}/companies/{company}", people: detachCompany},
	{method: get, path: "/contacts/{id}/notes", people: listNotes},
	{method: post, path: "/contacts/{id}/notes", people: createNote, body: true},
	{method: get, path: "/contacts/{id}/subscriptions", people: listConsents},
	{method: post, path: "/contacts/{id}/subscriptions", people: addConsent, body: true},
	{method: remove, path: "/contacts/{id}/subscriptions/{subscription}", people: removeConsent},
	{method: get, path: "/contacts/{id}/segments", people: listContactSegments},

	{method: post, path: "/users", leads: saveUser, body: true, write: "user"},
	{method: get, path: "/users", leads: listUsers},
	{method: remove, path: "/users", leads: deleteUser, write: "delete"},
	{method: get, path: "/users/scroll", leads: scrollUsers},
	{method: get, path: "/users/{id}", leads: showUser},
	{method: remove, path: "/users/{id}", leads: deleteUser, write: "delete"},

	{method: get, path: "/tags", leads: listTags, people: listTags},
	{method: post, path: "/tags", leads: saveTag, people: saveTag, body: true, write: "tag"},
	{method: get, path: "/tags/{id}", people: showTag},
	{method: remove, path: "/tags/{id}", leads: deleteTag, people: deleteTag},

	{method: post, path: "/companies", leads: saveCompany, people: saveCompany, body: true, write: "company"},
	{method: get, path: "/companies", leads: listCompanies, people: listCompanies},
	{method: post, path: "/companies/list", people: listCompanies},
	{method: get, path: "/companies/{id}", leads: showCompany, people: showCompany},
	{method: put, path: "/companies/{id}", people: updateCompany, body: true},
	{method: remove, path: "/companies/{id}", people: deleteCompany},
	{method: get, path: "/companies/{id}/contacts", people: listCompanyContacts},

	{method: get, path: "/notes/{id}", people: showNote},
	{method: get, path: "/segments", leads: listSegments, people: listSegments},
	{method: get, path: "/subscription_types", people: listSubscriptionTypes},

	{method: get, path: "/data_attributes", leads: listFields, people: listFields},
	{method: get, path: "/data_attributes/{model}", leads: listFields},
	{method: post, path: "/data_attributes", people: createField, body: true},
	{method: put, path: "/data_attributes/{id}", people: updateField, body: true},
}
