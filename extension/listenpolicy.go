package extension

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tickwire/tickwire/extension/internal/wire"
)

// CheckListenRule says what is wrong with a rule of Options.Listen; nil if
// nothing is.
func CheckListenRule(rule string) error {
	_, err := wire.ParseListenRule(rule)
	return err
}

// listenRules reads Options.Listen.
func (o Options) listenRules() (rules []*wire.ListenRule, err error) {
	for _, text := range o.Listen {
		rule, err := wire.ParseListenRule(text)
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// permitListen tells whether a script may listen at an address; the error says
// who could let it.
func (e *Extension) permitListen(at wire.ListenAddress) error {
	rules, err := e.o.listenRules()
	if err != nil {
		return err // Open has said so
	}
	for _, rule := range rules {
		if rule.Allows(at) {
			return nil
		}
	}
	hint := e.o.ListenHint
	if hint == "" {
		hint = "a host allows it with Options.Listen"
	}
	if len(rules) == 0 {
		return fmt.Errorf("not allowed here: %s", hint)
	}
	quoted := make([]string, len(e.o.Listen))
	for i, text := range e.o.Listen {
		quoted[i] = strconv.Quote(text)
	}
	return fmt.Errorf("not allowed here, only %s: %s", strings.Join(quoted, ", "), hint)
}
