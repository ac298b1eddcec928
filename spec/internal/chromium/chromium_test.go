package chromium

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestPage holds what other tests rely on: a page runs, its promises are waited
// for, and so is what changes.
func TestPage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(`<!doctype html><title>A page</title><script>setTimeout(() => { window.later = "now" }, 50)</script>`))
	}))
	defer server.Close()
	page := Launch(t).Open(t, server.URL)
	var title string
	page.Eval(`document.title`, &title)
	if title != "A page" {
		t.Errorf("the title is %q", title)
	}
	page.Wait(`window.later == "now"`)
	var sum struct{ Sum float64 }
	page.Eval(`new Promise(done => setTimeout(() => done({Sum: 1.5 + 1}), 1))`, &sum)
	if sum.Sum != 2.5 {
		t.Errorf("the sum is %v", sum.Sum)
	}
	page.Eval(`undefined`, nil)
}
