// An independent judge of logs: Go's own implementation (golang.org/x/mod/sumdb), which shares
// nothing with ours. Reads a case as JSON, prints what does not hold and how much was checked.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proof struct {
	LeafIdx, TreeSize, Size1, Size2 int64
	Root, LeafHash, Root1, Root2    tlog.Hash
	Proof                           []tlog.Hash
}

type judged struct {
	Log, Vkey              string
	Good, Bad              []string // checkpoints, by their files
	Inclusion, Consistency []proof
}

var checked, wrong int

func expect(good bool, what string, arguments ...interface{}) {
	checked++
	if !good {
		wrong++
		fmt.Printf(what+"\n", arguments...)
	}
}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
}

func main() {
	var given judged
	must(json.NewDecoder(os.Stdin).Decode(&given))
	verifier, err := note.NewVerifier(given.Vkey)
	must(err)
	for _, file := range given.Good {
		tree, err := opened(file, verifier)
		expect(err == nil, "%s: %v", file, err)
		if err == nil && given.Log != "" {
			walk(given.Log, tree)
		}
	}
	for _, file := range given.Bad {
		_, err := opened(file, verifier)
		expect(err != nil, "%s passed", file)
	}
	for _, p := range given.Inclusion {
		err := tlog.CheckRecord(p.Proof, p.TreeSize, p.Root, p.LeafIdx, p.LeafHash)
		expect(err == nil, "inclusion of %d in %d: %v", p.LeafIdx, p.TreeSize, err)
	}
	for _, p := range given.Consistency {
		err := tlog.CheckTree(p.Proof, p.Size2, p.Root2, p.Size1, p.Root1)
		expect(err == nil, "consistency of %d and %d: %v", p.Size1, p.Size2, err)
	}
	fmt.Printf("checked %d wrong %d\n", checked, wrong)
	if wrong > 0 {
		os.Exit(1)
	}
}

// opened is a signed checkpoint; tlog.ParseTree wants Go's own name of a log on the first line.
func opened(file string, verifier note.Verifier) (tlog.Tree, error) {
	content, err := os.ReadFile(file)
	must(err)
	signed, err := note.Open(content, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.SplitN(signed.Text, "\n", 2)
	if lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("of another log: %q", lines[0])
	}
	return tlog.ParseTree([]byte("go.sum database tree\n" + lines[1]))
}

type files string

func (folder files) Height() int { return 8 }

func (folder files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		// ours has no element for the height, which is always 8
		content, err := read(string(folder), strings.Replace(tile.Path(), "tile/8/", "tile/", 1), tile.W)
		if err != nil {
			return nil, err
		}
		found = append(found, content[:tile.W*tlog.HashSize])
	}
	return found, nil
}

func (folder files) SaveTiles([]tlog.Tile, [][]byte) {}

// read is a file, or the full tile that took the place of a partial one.
func read(folder, path string, width int) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(folder, path))
	if os.IsNotExist(err) {
		full := strings.TrimSuffix(path, fmt.Sprintf(".p/%d", width))
		content, err = os.ReadFile(filepath.Join(folder, full))
	}
	return content, err
}

// walk holds every entry against its authenticated leaf.
func walk(folder string, tree tlog.Tree) {
	hashes := tlog.TileHashReader(tree, files(folder))
	for start := int64(0); start < tree.N; start += 256 {
		width := tree.N - start
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: -1, N: start / 256, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle, err := read(folder, path, tile.W)
		must(err)
		var indexes []int64
		for n := start; n < start+width; n++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, n))
		}
		leaves, err := hashes.ReadHashes(indexes)
		must(err)
		for n, leaf := range leaves {
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			expect(tlog.RecordHash(entry) == leaf, "entry %d of %d", start+int64(n), tree.N)
		}
	}
}
