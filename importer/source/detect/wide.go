package detect

// wides are encodings of one or two bytes a character. They are told from each
// other by which lead bytes the most common characters have.
var wides = []wide{
	{"shift_jis", sjisPoints},
	{"gbk", func(lead, trail byte) float64 {
		switch {
		case trail < 0x40 || trail == 0x7f || trail == 0xff || lead < 0x81 || lead == 0xff:
			return bad
		case trail < 0xa1:
			return -0.5
		case lead >= 0xb0 && lead <= 0xd7: // the 3,755 most common characters
			return 0.8
		case lead == 0xa4 || lead == 0xa5: // kana
			return 0.2
		case lead >= 0xa1 && lead <= 0xa3: // punctuation
			return 0.4
		}
		return -0.2
	}},
	{"big5", func(lead, trail byte) float64 {
		switch {
		case trail < 0x40 || trail > 0x7e && trail < 0xa1 || trail == 0xff || lead < 0x81 || lead == 0xff:
			return bad
		case lead >= 0xa4 && lead <= 0xc6: // the 5,401 most common characters
			return 0.75
		case lead >= 0xa1 && lead <= 0xa3:
			return 0.4
		}
		return -0.4
	}},
	{"euc-kr", func(lead, trail byte) float64 {
		switch {
		case trail < 0xa1 || trail == 0xff || lead < 0xa1 || lead == 0xff:
			return bad
		case lead >= 0xb0 && lead <= 0xc8: // Hangul
			return 0.9
		case lead >= 0xa1 && lead <= 0xa3:
			return 0.3
		}
		return -0.5
	}},
	{"euc-jp", func(lead, trail byte) float64 {
		switch {
		case trail < 0xa1 || trail == 0xff || lead < 0xa1 && lead != 0x8e || lead == 0xff:
			return bad
		case lead == 0xa4 || lead == 0xa5: // kana
			return 1
		case lead >= 0xb0 && lead <= 0xcf:
			return 0.75
		case lead >= 0xa1 && lead <= 0xa3:
			return 0.4
		}
		return -0.3
	}},
}

const bad = -3

type wide struct {
	name string
	// points rates a character of two bytes. A lead byte that is a character
	// by itself is asked for with the trail 0.
	points func(lead, trail byte) float64
}

// score is the points of all characters beyond ASCII, on average.
func (w wide) score(sample []byte) float64 {
	sum, n := 0.0, 0
	for i := 0; i < len(sample); i++ {
		lead := sample[i]
		if lead < 0x80 {
			continue
		}
		n++
		if w.name == "shift_jis" && lead >= 0xa1 && lead <= 0xdf {
			sum += w.points(lead, 0)
			continue
		}
		if i+1 == len(sample) {
			break
		}
		i++
		points := w.points(lead, sample[i])
		// In such languages words are not made of both.
		if i > 1 && isLetter(sample[i-2]) {
			points -= 0.6
		}
		if i+1 < len(sample) && isLetter(sample[i+1]) {
			points -= 0.4
		}
		if points <= bad && sample[i] < 0x40 {
			i--
		}
		sum += points
	}
	if n == 0 {
		return bad
	}
	return sum / float64(n)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func sjisPoints(lead, trail byte) float64 {
	switch {
	case lead >= 0xa1 && lead <= 0xdf: // katakana of half width
		return -0.1
	case trail < 0x40 || trail == 0x7f || trail > 0xfc || lead == 0x80 || lead == 0xa0 || lead > 0xfc:
		return bad
	case lead == 0x82 || lead == 0x83: // kana
		return 1
	case lead == 0x81: // punctuation
		return 0.5
	case lead >= 0x88 && lead <= 0x97: // the 2,965 most common characters
		return 0.8
	}
	return -0.2
}
