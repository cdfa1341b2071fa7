package importer

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"leadimport/client"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// converted is one record with what the mapping makes of it. It is good until
// the call that it was handed to returns.
type converted struct {
	source.Row
	lead     client.Lead
	key      mapping.Key
	fault    *fault
	problems []mapping.Problem
	remarks  []mapping.Problem // of a row without a fault
	digest   [16]byte          // of lead, when the pass asks for it
}

// asRow is c as a row on its way to its fate. Its cells are not for keeping.
func (c *converted) asRow() *row {
	return &row{number: c.Number, cells: c.Cells, lead: c.lead, key: c.key, fault: c.fault, digest: c.digest}
}

// rowsPerBatch makes the cost of handing rows from goroutine to goroutine
// small, and keeps what is on its way below a megabyte.
const rowsPerBatch = 256

// batch is some rows on their way from the reader through a converter back to
// the caller.
type batch struct {
	rows  []converted
	cells []string // of all rows
	done  chan struct{}
}

func (b *batch) add(r source.Row) {
	from := len(b.cells)
	b.cells = append(b.cells, r.Cells...)
	r.Cells = b.cells[from:len(b.cells):len(b.cells)]
	b.rows = append(b.rows, converted{Row: r})
}

func (b *batch) convert(plan *mapping.Plan, digest bool) {
	for i := range b.rows {
		c := &b.rows[i]
		if c.lead, c.key, c.fault, c.problems = convert(plan, c.Row); c.fault == nil {
			c.remarks = plan.Remarks(c.Cells)
			if digest {
				c.digest = c.lead.Digest()
			}
		}
	}
	close(b.done)
}

var errEnough = errors.New("nobody wants more rows")

// eachLead is eachRow with the rows converted, on all processors: converting
// takes longer than reading. do is called in file order, by the caller's own
// goroutine; those that eachLead starts have ended when it returns.
func (j *Job) eachLead(ctx context.Context, p pass, do func(*converted) error) error {
	converters := runtime.GOMAXPROCS(0)
	work := make(chan *batch)
	order := make(chan *batch, converters) // in file order
	free := make(chan *batch, 2*converters+2)
	enough := make(chan struct{})

	var others sync.WaitGroup
	for range converters {
		others.Go(func() {
			defer caught(j.cfg.Crash)
			for b := range work {
				if p.raw {
					close(b.done)
					continue
				}
				b.convert(j.plan, p.digest)
			}
		})
	}
	var readErr error
	others.Go(func() {
		defer caught(j.cfg.Crash)
		defer close(order)
		defer close(work)
		b := &batch{}
		send := func() error {
			b.done = make(chan struct{})
			select {
			case order <- b:
				work <- b
			case <-enough:
				return errEnough
			}
			select {
			case b = <-free:
			default:
				b = &batch{}
			}
			b.rows, b.cells = b.rows[:0], b.cells[:0]
			return nil
		}
		readErr = j.eachRow(ctx, p, func(r source.Row) error {
			if b.add(r); len(b.rows) < rowsPerBatch {
				return nil
			}
			return send()
		})
		if len(b.rows) > 0 && readErr == nil {
			readErr = send()
		}
	})
	var err error
	for b := range order {
		<-b.done
		for i := 0; i < len(b.rows) && err == nil; i++ {
			if err = do(&b.rows[i]); err != nil {
				close(enough)
			}
		}
		select {
		case free <- b:
		default:
		}
	}
	others.Wait()
	if err != nil {
		return err
	}
	return readErr
}
