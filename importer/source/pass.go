package source

import "io"

// pass reads an input from its start, a checked chunk at a time.
type pass struct {
	in    *input
	chunk int    // number of the next one
	rest  []byte // of a chunk that did not fit the caller's buffer
	own   []byte
	err   error
}

// Read fills at most one chunk. It copies less when b has room for a whole one.
func (p *pass) Read(b []byte) (int, error) {
	if len(p.rest) > 0 {
		n := copy(b, p.rest)
		p.rest = p.rest[n:]
		return n, nil
	}
	if p.err != nil {
		return 0, p.err
	}
	if len(b) >= chunkSize {
		return p.load(b[:chunkSize])
	}
	if p.own == nil {
		p.own = make([]byte, chunkSize)
	}
	n, err := p.load(p.own)
	p.rest = p.own[:n]
	if n == 0 {
		return 0, err
	}
	n = copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// load reads and checks the next chunk. An error comes alone: bytes are handed
// out only when they are known to be the right ones.
func (p *pass) load(b []byte) (int, error) {
	n, err := p.in.file.ReadAt(b, int64(p.chunk)*chunkSize)
	if err != nil && err != io.EOF {
		p.err = &Error{File: p.in.name, Message: "reading: " + cause(err), Err: err}
		return 0, p.err
	}
	if err := p.in.check(p.chunk, b[:n]); err != nil {
		p.err = err
		return 0, err
	}
	p.chunk++
	if n < len(b) {
		p.err = io.EOF
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
