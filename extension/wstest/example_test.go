package wstest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/tickwire/tickwire/extension/wstest"
)

// A server in memory, driven step by step, on a network that is cut.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	network := wstest.NewNetwork(nil)
	server, err := wstest.NewServer(wstest.Options{Network: network, Address: "game.example:80"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	server.AnswerNext(wstest.Answer{Status: 503}) // the first one is refused

	client := ws.Dialer{NetDial: network.DialContext}
	_, _, _, err = client.Dial(ctx, server.URL())
	fmt.Println(err)

	conn, _, _, err := client.Dial(ctx, server.URL())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	peer, err := server.Accept(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}

	wsutil.WriteClientText(conn, []byte("hello"))
	message, err := peer.Next(ctx)
	fmt.Println(message.Data, err)

	peer.Link().Outgoing().CutAfter(4)
	peer.Send("welcome")
	_, err = wsutil.ReadServerText(conn)
	fmt.Println(err)

	// Output:
	// unexpected HTTP response status: 503
	// hello <nil>
	// read tcp localhost:49153->game.example:80: read: connection reset by peer
}

func ExampleNewEchoServer() {
	server, err := wstest.NewEchoServer(wstest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	_, _, _, err = ws.Dial(context.Background(), server.URL()+"/status/503")
	fmt.Println(err)

	// Output:
	// unexpected HTTP response status: 503
}
