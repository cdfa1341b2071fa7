package sandbox

import (
	"encoding/hex"
	"time"
)

// newID makes a contact or company id: 24 hex digits that begin with the time
// of creation, as Intercom's do. Callers hold s.mu.
func (s *Server) newID(now time.Time) string {
	var b [12]byte
	put32(b[0:], uint32(now.Unix()))
	r := s.rng.Uint64()
	put32(b[4:], uint32(r))
	b[8] = byte(r >> 32)
	s.serial++
	b[9], b[10], b[11] = byte(s.serial>>16), byte(s.serial>>8), byte(s.serial)
	var out [24]byte
	hex.Encode(out[:], b[:])
	return string(out[:])
}

// newUUID makes a version 4 UUID: user ids of leads and request ids.
func (s *Server) newUUID() string {
	var b [16]byte
	r1, r2 := s.rng.Uint64(), s.rng.Uint64()
	put32(b[0:], uint32(r1))
	put32(b[4:], uint32(r1>>32))
	put32(b[8:], uint32(r2))
	put32(b[12:], uint32(r2>>32))
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[0:], b[0:4])
	out[8] = '-'
	hex.Encode(out[9:], b[4:6])
	out[13] = '-'
	hex.Encode(out[14:], b[6:8])
	out[18] = '-'
	hex.Encode(out[19:], b[8:10])
	out[23] = '-'
	hex.Encode(out[24:], b[10:16])
	return string(out[:])
}

func put32(b []byte, v uint32) {
	b[0], b[1], b[2], b[3] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
}
