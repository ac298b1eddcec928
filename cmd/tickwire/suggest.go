package main

import "strings"

// nearest is the name that was probably meant, "" if none is near.
func nearest(typed string, names []string) string {
	best, distance := "", max(1, len(typed)/3)
	for _, name := range names {
		if d := typos(strings.ToLower(typed), name); d <= distance && (best == "" || d < distance) {
			best, distance = name, d
		}
	}
	return best
}

// typos counts the letters to insert, drop, replace or swap with the next one
// to come from a to b (optimal string alignment). By bytes: names are ASCII.
func typos(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
