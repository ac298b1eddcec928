// Package tick carries items from any goroutine to the one that ticks.
//
// Caveats first. A [Queue] has one reader: whoever calls Drain, the tick. It is
// not bounded by itself: the poster is (a connection by its credit, see package
// wire). An item that is posted while a Drain runs waits for the next one.
//
// Each poster has a [Source] of its own. A source with something to deliver
// stands on the queue's ready list, so a Drain costs what is ready and nothing
// for what is idle. Within a Drain the sources take turns: a flood on one of
// them can't starve another, nor, since the caller may stop at any item, the
// frame.
package tick
