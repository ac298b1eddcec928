package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// result is one row. Peer and Ratio are null where there is no peer to compare
// with, and Reason says why.
type result struct {
	Name   string   `json:"name"`
	Ours   float64  `json:"ours"`
	Peer   *float64 `json:"peer"`
	Ratio  *float64 `json:"ratio"` // of rates ours/peer; of costs, too, as the unit says
	Unit   string   `json:"unit"`
	Low    *float64 `json:"low,omitempty"` // the turns' ratios lie between these
	High   *float64 `json:"high,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// report writes rows as they come.
type report struct{ json bool }

func (r report) head(line string) {
	if r.json {
		fmt.Fprintln(os.Stderr, line)
		return
	}
	fmt.Println(line)
	fmt.Printf("%-58s %12s %12s  %-22s %s\n", "", "ours", "peer", "unit", "ratio")
}

func (r report) row(row result) error {
	if r.json {
		return json.NewEncoder(os.Stdout).Encode(row)
	}
	peer, ratio := "-", row.Reason
	if row.Peer != nil {
		peer = figure(*row.Peer)
	}
	if row.Ratio != nil {
		ratio = fmt.Sprintf("%.2f", *row.Ratio)
		if row.Low != nil {
			ratio += fmt.Sprintf(" (%.2f to %.2f)", *row.Low, *row.High)
		}
	}
	_, err := fmt.Printf("%-58s %12s %12s  %-22s %s\n", row.Name, figure(row.Ours), peer, row.Unit, ratio)
	return err
}

// figure is a number with as many digits as mean something.
func figure(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// compare is the row of two series that were measured in turns.
func compare(name, unit string, ours, peers []float64) result {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i] / peers[i]
	}
	peer, ratio, low, high := median(peers), median(ratios), slices.Min(ratios), slices.Max(ratios)
	return result{Name: name, Unit: unit, Ours: median(ours), Peer: &peer, Ratio: &ratio, Low: &low, High: &high}
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
