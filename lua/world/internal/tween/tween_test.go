package tween_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/world/internal/tween"
)

// TestEasingsBeginAndEnd holds that every easing leads from 0 to 1, and through
// the middle where it is made of two halves.
func TestEasingsBeginAndEnd(t *testing.T) {
	all := tween.Easings()
	if len(all) != 41 || all[0].Name != "LINEAR" || all[1].Name != "INQUAD" || all[4].Name != "OUTINQUAD" || all[40].Name != "OUTINBOUNCE" {
		t.Fatalf("%d easings, the first %s", len(all), all[0].Name)
	}
	for n, easing := range all {
		for at, want := range map[float64]float64{0: 0, 1: 1} {
			// A power of two is never quite zero: 2^-10.
			if got := easing.Curve(at); math.Abs(got-want) > 1e-3 {
				t.Errorf("%s(%v) is %v, want %v", easing.Name, at, got, want)
			}
		}
		if n%4 == 3 {
			if got := easing.Curve(0.5); math.Abs(got-0.5) > 1e-3 {
				t.Errorf("%s(0.5) is %v", easing.Name, got)
			}
		}
	}
}

func TestEasings(t *testing.T) {
	byName := make(map[string]tween.Curve)
	for _, easing := range tween.Easings() {
		byName[easing.Name] = easing.Curve
	}
	for name, want := range map[string]float64{
		"LINEAR": 0.25, "INQUAD": 0.0625, "OUTQUAD": 0.4375, "INOUTQUAD": 0.125, "OUTINQUAD": 0.375,
		"INCUBIC": 0.015625, "INQUART": 0.00390625, "INQUINT": 0.0009765625, "INSINE": 0.07612,
		"INEXPO": 0.005524, "INCIRC": 0.031754, "INBACK": -0.064137, "OUTBOUNCE": 0.472656, "INELASTIC": -0.005524,
	} {
		if got := byName[name](0.25); math.Abs(got-want) > 1e-5 {
			t.Errorf("%s(0.25) is %v, want %v", name, got, want)
		}
	}
}

func TestSampled(t *testing.T) {
	c := tween.Sampled([]float64{0, 1, 0})
	for at, want := range map[float64]float64{0: 0, 0.25: 0.5, 0.5: 1, 0.75: 0.5, 1: 0} {
		if got := c(at); math.Abs(got-want) > 1e-9 {
			t.Errorf("at %v it is %v, want %v", at, got, want)
		}
	}
	if tween.Sampled(nil)(0.5) != 0.5 || tween.Sampled([]float64{3})(0.5) != 3 {
		t.Error("too few values")
	}
}

// number is a property of one number, and its tweens.
type number struct {
	tween.List
	value [4]float64
	done  int
}

func (n *number) tween(playback tween.Playback, delay float64, elements ...int) *tween.Tween {
	return &tween.Tween{
		Owner: n, Property: "p", Elements: elements, To: [4]float64{1, 1, 1, 1}, Playback: playback,
		Curve: tween.Easings()[0].Curve, Duration: 1, Delay: delay,
		Passed: func() float64 { return 0.25 },
		Get:    func() [4]float64 { return n.value },
		Set:    func(v [4]float64) { n.value = v },
		Done:   func() { n.done++ },
	}
}

func TestPlaybacks(t *testing.T) {
	for n, want := range map[tween.Playback][]float64{
		tween.None:         {1, 1, 1, 1},
		tween.OnceForward:  {0.25, 0.5, 0.75, 1, 1},
		tween.OnceBackward: {0.75, 0.5, 0.25, 0, 0},
		tween.OncePingPong: {0.5, 1, 0.5, 0, 0},
		tween.LoopForward:  {0.25, 0.5, 0.75, 0, 0.25},
		tween.LoopBackward: {0.75, 0.5, 0.25, 1, 0.75},
		tween.LoopPingPong: {0.5, 1, 0.5, 0, 0.5},
	} {
		t.Run(tween.Playbacks()[n], func(t *testing.T) {
			p := &number{}
			p.Add(p.tween(n, 0, 0))
			var got []float64
			for range want {
				p.Update()
				got = append(got, p.value[0])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if loops := n >= tween.LoopForward; loops != (p.done == 0) || loops != (p.Len() == 1) {
				t.Errorf("done %d times, %d left", p.done, p.Len())
			}
		})
	}
}

func TestDelayLooksWhereItIs(t *testing.T) {
	p := &number{}
	p.Add(p.tween(tween.OnceForward, 0.375, 0))
	p.Update()
	p.value[0] = 0.5
	p.Update()
	if p.value[0] != 0.5+0.5*0.125 {
		t.Errorf("an eighth of the second after the delay it is at %v", p.value[0])
	}
}

func TestSameElementGivesWay(t *testing.T) {
	p := &number{}
	p.Add(p.tween(tween.OnceForward, 0, 0, 1))
	second := p.tween(tween.OnceForward, 0, 1)
	second.To[1] = -1
	p.Add(second)
	p.Update()
	if p.value[0] != 0.25 || p.value[1] != -0.25 {
		t.Errorf("at %v", p.value)
	}
	p.Cancel(p, "p", []int{0})
	p.Update()
	if p.value[0] != 0.25 || p.value[1] != -0.5 || p.Len() != 1 {
		t.Errorf("after Cancel of x at %v, %d left", p.value, p.Len())
	}
	p.Cancel(p, "", nil)
	p.Update()
	if p.Len() != 0 || p.done != 0 {
		t.Errorf("after Cancel %d left, %d done", p.Len(), p.done)
	}
}

func TestDoneMayAdd(t *testing.T) {
	p := &number{}
	first := p.tween(tween.OnceForward, 0, 0)
	first.Duration = 0
	first.Done = func() {
		back := p.tween(tween.OnceForward, 0, 0)
		back.To[0] = 0
		p.Add(back)
	}
	p.Add(first)
	p.Update()
	if p.value[0] != 1 {
		t.Fatalf("no time took it to %v", p.value[0])
	}
	p.Update()
	if p.value[0] != 0.75 {
		t.Errorf("the one that Done added is at %v", p.value[0])
	}
}
