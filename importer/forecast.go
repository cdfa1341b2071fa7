package importer

import (
	"leadimport/client"
	"leadimport/mapping"
)

// Forecast is what a run will do, known before it sends anything. The JSON
// names are those of `check --format json`.
type Forecast struct {
	Rows      int `json:"rows"`
	Create    int `json:"create"`
	Update    int `json:"update"`
	Unchanged int `json:"unchanged"`
	Skip      int `json:"skip"`
	Invalid   int `json:"invalid"`
	// Standing rows were settled by the run that is resumed; Doubt counts the
	// rows that it left in doubt: they are looked up before anything is sent.
	Standing int `json:"standing"`
	Doubt    int `json:"doubt"`
	NoKey    int `json:"no_key"`     // rows known by the digest of their values alone
	Shared   int `json:"shared_key"` // rows whose key came earlier in the file

	Vanished int `json:"vanished"` // keys of earlier results that the file no longer has; they are not touched

	Calls   int     `json:"calls"`   // writes, at least
	Seconds float64 `json:"seconds"` // at the present limit

	Problems []ProblemGroup `json:"problems"`
	// Repairs are what was read in another way than it is written.
	Repairs []ProblemGroup `json:"repairs"`

	Workspace  client.Workspace    `json:"-"`
	Known      bool                `json:"-"` // the API was asked
	Columns    []mapping.Column    `json:"-"`
	Attributes []mapping.Attribute `json:"-"`
	// Missing custom attributes are created before the first write.
	Missing []mapping.Attribute `json:"-"`
	// Notes are what the user should know before the run goes on.
	Notes []string `json:"-"`
	// Unasked names what was left out for want of a token or an answer.
	Unasked []string `json:"-"`
}

// ProblemGroup are the problems of one column that have one cause.
type ProblemGroup struct {
	Column  string  `json:"column"`
	Code    string  `json:"code"`
	Message string  `json:"message"` // of the first
	Count   int     `json:"count"`
	First   []Place `json:"first"` // the first few
}

// Place is where a problem stands.
type Place struct {
	Row   int    `json:"row"`
	Line  int    `json:"line"`
	Value string `json:"value"`
}

// problemGroups sums up problems in the order in which they were met.
type problemGroups struct {
	list  []ProblemGroup
	index map[[2]string]int
}

const (
	placesPerGroup = 3
	maxGroups      = 1000 // columns times causes; beyond that nobody reads
)

func (g *problemGroups) add(column, code, message string, at Place) {
	if g.index == nil {
		g.index = map[[2]string]int{}
	}
	i, ok := g.index[[2]string{column, code}]
	if !ok {
		if len(g.list) == maxGroups {
			return
		}
		i = len(g.list)
		g.index[[2]string{column, code}] = i
		g.list = append(g.list, ProblemGroup{Column: column, Code: code, Message: message})
	}
	group := &g.list[i]
	group.Count++
	if len(group.First) < placesPerGroup {
		group.First = append(group.First, at)
	}
}
