package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/gobwas/ws"
)

// serve accepts websockets on a free loopback port, prints its URL and stays
// silent on them until standard input ends.
func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("ws://%s/\n", listener.Addr())
	// Owned by serve; ends with the process, since what it holds is all there is.
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if _, err := ws.Upgrade(conn); err != nil {
				conn.Close()
			}
			held = append(held, conn)
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// held keeps the server's connections from being collected, and so closed.
var held []net.Conn

// startServer runs serve in a process of its own: one process may not open both
// ends of 10,000 connections.
func startServer() (url string, stop func(), err error) {
	child := exec.Command(os.Args[0], "serve")
	child.Stderr = os.Stderr
	input, err := child.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	output, err := child.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := child.Start(); err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	return strings.TrimSpace(line), func() { input.Close(); child.Wait() }, err
}
