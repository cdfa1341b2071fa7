package importer

import (
	"context"
	"errors"
	"runtime"
	"sync"
)

// All goroutines and channels of a run are started here. There are three
// shapes: one goroutine makes what another takes (feed), many do tasks that
// one hands out and takes back (pool), many convert what is read and hand it
// on in order (inOrder). None of them knows what it carries.

// caught ends a goroutine of a run. A panic there, a mistake of ours, would
// end the process with Go's own exit code 2, which means "nothing was sent";
// Config.Crash ends it as what it is. Deferred; where no Crash is set the
// panic goes on untouched.
func caught(crash func(any)) {
	if crash == nil {
		return
	}
	if v := recover(); v != nil {
		crash(v)
	}
}

// feed runs do on a goroutine of its own, which sends items until ctx ends.
// The channel is closed when do has returned; end then gives its error.
func feed[T any](ctx context.Context, crash func(any), do func(send func(T) error) error) (items <-chan T, end func() error) {
	out := make(chan T, 64)
	ended := make(chan error, 1)
	go func() {
		defer caught(crash)
		defer close(out)
		ended <- do(func(item T) error {
			select {
			case out <- item:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return out, func() error {
		for range out { // a feed that was stopped may have some in hand
		}
		return <-ended
	}
}

// pool starts n workers. Each task that is sent comes back on done, once do
// has returned. end waits until all have gone; nothing may be sent any more.
func pool[T any](n int, crash func(any), do func(T)) (tasks chan<- T, done <-chan T, end func()) {
	in, out := make(chan T), make(chan T)
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			defer caught(crash)
			for t := range in {
				do(t)
				out <- t
			}
		})
	}
	return in, out, func() {
		close(in)
		workers.Wait()
	}
}

// each calls do for every item from n goroutines, and ends with the first
// error once what was begun has ended.
func each[T any](ctx context.Context, n int, crash func(any), items []T, do func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan T)
	var workers sync.WaitGroup
	for range min(n, len(items)) {
		workers.Go(func() {
			defer caught(crash)
			for item := range work {
				if err := do(ctx, item); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, item := range items {
		select {
		case work <- item:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}

// abreast is each for items whose errors have an order: it ends with the error
// of the first item in order that has one, as if they were done in turn. What
// comes behind that item is cut, what comes before it is awaited.
func abreast[T any](ctx context.Context, n int, crash func(any), items []T, do func(context.Context, T) error) error {
	type place struct {
		item    T
		ctx     context.Context
		cutRest context.CancelFunc
		err     error
	}
	places := make([]*place, len(items))
	behind := ctx
	for i, item := range items {
		p := &place{item: item, ctx: behind}
		behind, p.cutRest = context.WithCancel(behind)
		defer p.cutRest()
		places[i] = p
	}
	err := each(ctx, n, crash, places, func(_ context.Context, p *place) error {
		if p.err = do(p.ctx, p.item); p.err != nil {
			p.cutRest()
		}
		return nil
	})
	for _, p := range places {
		if p.err != nil {
			return p.err
		}
	}
	return err
}

var errEnough = errors.New("nobody wants more")

// batch is some items on their way through inOrder.
type batch[T any] struct {
	items T
	done  chan struct{}
}

// inOrder reads batches, works on them on all processors, and hands them to
// take in the order in which they were read, on the caller's own goroutine. A
// batch that was taken is filled again. What it starts has ended when it
// returns.
func inOrder[T any](crash func(any), fresh func() T, read func(b T, send func(T) (T, error)) error, work func(T), take func(T) error) error {
	n := runtime.GOMAXPROCS(0)
	todo := make(chan *batch[T])
	order := make(chan *batch[T], n)
	free := make(chan *batch[T], 2*n+2)
	enough := make(chan struct{})
	var others sync.WaitGroup
	for range n {
		others.Go(func() {
			defer caught(crash)
			for b := range todo {
				work(b.items)
				close(b.done)
			}
		})
	}
	var readErr error
	others.Go(func() {
		defer caught(crash)
		defer close(order)
		defer close(todo)
		readErr = read(fresh(), func(items T) (T, error) {
			b := &batch[T]{items: items, done: make(chan struct{})}
			select {
			case order <- b:
				todo <- b
			case <-enough:
				return items, errEnough
			}
			select {
			case used := <-free:
				return used.items, nil
			default:
				return fresh(), nil
			}
		})
	})
	var err error
	for b := range order {
		<-b.done
		if err == nil {
			if err = take(b.items); err != nil {
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
