package importer

import (
	"context"
	"slices"
)

// lostNoes are the invalid rows that say no to e-mail, by the hash of their
// key. Such a no is lost where the lead is in Intercom all the same: another
// row of the key is valid, or an earlier run has sent it.
type lostNoes map[uint64]*lostNo

type lostNo struct {
	rows  []Place
	there bool // an earlier run has sent the lead
	valid int  // the first valid row of the key; 0: none
	said  bool // a valid row that counts says no, too
}

func (l *lostNoes) add(key uint64, at Place, there bool) {
	if *l == nil {
		*l = lostNoes{}
	}
	n := (*l)[key]
	if n == nil {
		n = &lostNo{}
		(*l)[key] = n
	}
	n.rows, n.there = append(n.rows, at), n.there || there
}

// loseNoes finds out which of them are lost. That takes a pass of its own, for
// the valid row of a key may stand before or behind.
func (j *Job) loseNoes(ctx context.Context, noes lostNoes) error {
	if len(noes) == 0 {
		return nil
	}
	onlyFirst := j.policy.SkipDuplicates || j.policy.RejectDuplicates
	err := j.eachLead(ctx, pass{limit: j.cfg.Limit}, func(r *converted) error {
		if r.fault != nil || !j.cfg.Shard.has(r.key, r.Number) {
			return nil
		}
		n := noes[j.keys.hash(r.key)]
		if n == nil {
			return nil
		}
		if n.valid == 0 || !onlyFirst {
			n.said = n.said || optsOut(r.lead)
		}
		if n.valid == 0 {
			n.valid = r.Number
		}
		return nil
	})
	if err != nil {
		return err
	}
	f := &j.forecast
	j.lostNo = map[int]int{}
	for _, n := range noes {
		if n.said || n.valid == 0 && !n.there {
			continue
		}
		f.InvalidRows = append(f.InvalidRows, n.rows...)
		for _, at := range n.rows {
			j.lostNo[at.Row] = n.valid
		}
	}
	f.OptOutsInvalid = len(f.InvalidRows)
	slices.SortFunc(f.InvalidRows, func(a, b Place) int { return a.Row - b.Row })
	f.InvalidRows = slices.Clone(f.InvalidRows[:min(len(f.InvalidRows), placesPerGroup)])
	return nil
}
