// Package wstest has scripted WebSocket servers, on loopback or in memory, and
// the bad network in front of them.
package wstest
