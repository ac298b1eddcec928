package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/gobwas/ws"
	"github.com/lxzan/gws"
	"github.com/tickwire/tickwire/extension/wstest"
)

// servers are the URLs of serve.
type servers struct {
	plain   string // as fast as an echo can be done
	deflate string // gws, with its compression
	secure  string // plain, over TLS
}

// serve accepts websockets on free loopback ports, prints their URLs and echoes
// until standard input ends.
func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	deflating, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ca, err := wstest.NewCA(nil)
	if err != nil {
		return err
	}
	certificate, err := ca.Certificate("127.0.0.1")
	if err != nil {
		return err
	}
	secure, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return err
	}
	fmt.Printf("ws://%s/ ws://%s/ wss://%s/\n", listener.Addr(), deflating.Addr(), secure.Addr())
	// Owned by serve; ends with the process, since what it holds is all there is.
	go gws.NewServer(&gwsEcho{}, &gws.ServerOption{PermessageDeflate: gws.PermessageDeflate{
		Enabled: true, ServerContextTakeover: true, ClientContextTakeover: true,
	}}).RunListener(deflating)
	// Owned by serve; they end with the process.
	go acceptEchoes(listener)
	go acceptEchoes(secure)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// acceptEchoes echoes what each connection sends.
func acceptEchoes(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		// Owned by acceptEchoes; ends when the client hangs up, or with the process.
		go func() {
			defer conn.Close()
			if _, err := ws.Upgrade(conn); err == nil {
				echoStream(conn)
			}
		}()
	}
}

// gwsEcho sends back each message.
type gwsEcho struct{ gws.BuiltinEventHandler }

func (gwsEcho) OnMessage(socket *gws.Conn, message *gws.Message) {
	defer message.Close()
	socket.WriteMessage(message.Opcode, message.Bytes())
}

// echoStream sends back what comes, frame headers without their masks and
// payloads unmasked: one write for each read, whatever the frames' sizes.
func echoStream(conn net.Conn) {
	in, out := []byte(nil), make([]byte, 0, 256<<10)
	var head [ws.MaxHeaderSize]byte
	have, left, offset := 0, int64(0), 0
	var mask [4]byte
	for {
		if in == nil && left == 0 && have == 0 {
			in = make([]byte, 4<<10) // an idle connection holds little
		} else if len(in) < 256<<10 {
			in = make([]byte, 256<<10)
		}
		n, err := conn.Read(in)
		if err != nil {
			return
		}
		out = out[:0]
		for p := in[:n]; len(p) > 0; {
			if left > 0 {
				part := p[:min(int64(len(p)), left)]
				ws.Cipher(part, mask, offset)
				out = append(out, part...)
				offset += len(part)
				left -= int64(len(part))
				p = p[len(part):]
				continue
			}
			head[have] = p[0]
			have++
			p = p[1:]
			if have < 2 {
				continue
			}
			size := 6
			switch head[1] & 0x7f {
			case 126:
				size += 2
			case 127:
				size += 8
			}
			if have < size {
				continue
			}
			h, err := ws.ReadHeader(strings.NewReader(string(head[:size])))
			if err != nil {
				return
			}
			mask, left, offset, have = h.Mask, h.Length, 0, 0
			head[1] &= 0x7f
			out = append(out, head[:size-4]...)
		}
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

// startServer runs serve in a process of its own: one process may not open both
// ends of 10,000 connections, and its work is not what is measured.
func startServer() (urls servers, stop func(), err error) {
	child := exec.Command(os.Args[0], "serve")
	child.Stderr = os.Stderr
	input, err := child.StdinPipe()
	if err != nil {
		return servers{}, nil, err
	}
	output, err := child.StdoutPipe()
	if err != nil {
		return servers{}, nil, err
	}
	if err := child.Start(); err != nil {
		return servers{}, nil, err
	}
	stop = func() { input.Close(); child.Wait() }
	if _, err := fmt.Fscan(output, &urls.plain, &urls.deflate, &urls.secure); err != nil {
		stop()
		return servers{}, nil, fmt.Errorf("the server's process: %w", err)
	}
	return urls, stop, nil
}
