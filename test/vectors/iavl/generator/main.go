// Writes the vectors of test/vectors/iavl from the Go implementations, and times the Go IAVL tree.
//
//	go run . vectors > ../vectors.json
//	go run . bench 1000000 10000 5
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strconv"

	"cosmossdk.io/store/types"
	"github.com/cosmos/iavl"
	dbm "github.com/cosmos/iavl/db"
)

// An Op is a key and the value to set it to, or a key alone to remove it, in hex.
type Op []string

// A Block is what one version changes, its root, and proofs asked of it.
type Block struct {
	Version int64             `json:"version"`
	Ops     []Op              `json:"ops"`
	Root    string            `json:"root"`
	Proofs  map[string]string `json:"proofs,omitempty"` // key -> ics23 CommitmentProof
}

type Sequence struct {
	Name   string  `json:"name"`
	Blocks []Block `json:"blocks"`
}

type Multistore struct {
	Roots  map[string]string `json:"roots"`
	Root   string            `json:"root"`
	Proofs map[string]string `json:"proofs"` // store name -> ics23 CommitmentProof
}

type Vectors struct {
	Source     string       `json:"source"`
	Sequences  []Sequence   `json:"sequences"`
	Multistore []Multistore `json:"multistore"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func newTree() *iavl.MutableTree {
	return iavl.NewMutableTree(dbm.NewMemDB(), 10000, true, iavl.NewNopLogger())
}

func set(key, value string) Op {
	return Op{hex.EncodeToString([]byte(key)), hex.EncodeToString([]byte(value))}
}

func remove(key string) Op { return Op{hex.EncodeToString([]byte(key))} }

// run applies blocks of operations and fills in roots and, for every tenth block, proofs.
func run(name string, versions [][]Op, probes []string) Sequence {
	tree := newTree()
	sequence := Sequence{Name: name}
	for i, ops := range versions {
		for _, op := range ops {
			key := must(hex.DecodeString(op[0]))
			if len(op) == 1 {
				_, _, err := tree.Remove(key)
				check(err)
			} else {
				must(tree.Set(key, must(hex.DecodeString(op[1]))))
			}
		}
		root, version, err := tree.SaveVersion()
		check(err)
		block := Block{Version: version, Ops: ops, Root: hex.EncodeToString(root)}
		if (i%10 == 9 || i == len(versions)-1) && tree.Size() > 0 {
			block.Proofs = map[string]string{}
			for _, probe := range probes {
				proof := must(tree.GetProof([]byte(probe)))
				block.Proofs[hex.EncodeToString([]byte(probe))] = hex.EncodeToString(must(proof.Marshal()))
			}
		}
		sequence.Blocks = append(sequence.Blocks, block)
	}
	return sequence
}

// random makes blocks over a small key space: sorted unless shuffled, with removals of keys that
// may be absent, rewrites of the same value and keys that come back.
func random(name string, seed int64, blocks, opsPerBlock, keys int, removals float64, sorted bool) Sequence {
	rng := rand.New(rand.NewSource(seed))
	versions := make([][]Op, 0, blocks)
	for b := 0; b < blocks; b++ {
		ops := make([]Op, 0, opsPerBlock)
		seen := map[string]bool{}
		for i := rng.Intn(opsPerBlock + 1); i > 0; i-- {
			key := fmt.Sprintf("%c%x", 'a'+rng.Intn(3), rng.Intn(keys))
			if sorted && seen[key] {
				continue
			}
			seen[key] = true
			if rng.Float64() < removals {
				ops = append(ops, remove(key))
			} else if rng.Intn(4) == 0 {
				ops = append(ops, set(key, "same"))
			} else {
				ops = append(ops, set(key, string(make([]byte, rng.Intn(3)))+strconv.Itoa(rng.Intn(1000))))
			}
		}
		if sorted {
			sort.Slice(ops, func(i, j int) bool { return ops[i][0] < ops[j][0] })
		}
		versions = append(versions, ops)
	}
	return run(name, versions, []string{"a1", "b", "c3", "zzz", "A"})
}

func sequences() []Sequence {
	var ascending, descending []Op
	for i := 0; i < 100; i++ {
		ascending = append(ascending, set(fmt.Sprintf("%03d", i), strconv.Itoa(i)))
		descending = append(descending, set(fmt.Sprintf("%03d", 99-i), strconv.Itoa(i)))
	}
	long := string(make([]byte, 300))
	every := ""
	for i := 0; i < 256; i++ {
		every += string([]byte{byte(i)})
	}
	return []Sequence{
		run("ascending inserts rotate left", [][]Op{ascending}, []string{"000", "050", "0505", "099", "1"}),
		run("descending inserts rotate right", [][]Op{descending}, []string{"000", "050", "0505", "099", "1"}),
		run("a tree that empties and comes back", [][]Op{
			{}, {set("a", "1")}, {}, {remove("a")}, {}, {set("a", "1"), set("b", "2")},
			{set("a", "1")}, {set("b", "2"), remove("a")}, {remove("b"), remove("nothing")}, {set("c", "3")},
		}, []string{"a", "c", "d"}),
		run("set and removed within one block", [][]Op{
			{set("b", "1"), set("d", "2"), set("f", "3")},
			{set("c", "x"), remove("c"), remove("d"), set("d", "2"), remove("x")},
			{set("a", "1"), set("a", "2"), remove("f"), remove("f")},
		}, []string{"a", "b", "c", "d", "e", "f"}),
		run("keys and values of every length and byte", [][]Op{
			{set("\x00", ""), set("\xff", long), set(every, every), set(long, "v"), set(string([]byte{0x80}), "x"),
				set(every[:55], every[:55]), set(every[:56], every[:56]), set(every[:63], every[:63]),
				set(every[:64], every[:64]), set(every[:119], every[:119]), set(every[:120], every[:120])},
			{set("\xff", string(make([]byte, 5000)))},
		}, []string{"\x00", "\xff", every, long, every[:64], "m"}),
		random("few keys, many removals", 1, 100, 12, 12, 0.45, true),
		random("sorted blocks", 2, 60, 40, 300, 0.25, true),
		random("growing, few removals", 3, 30, 60, 2000, 0.1, true),
		random("any order, a key many times", 4, 40, 40, 60, 0.4, false),
	}
}

func multistores() []Multistore {
	var list []Multistore
	for _, names := range [][]string{
		{"bank"}, {"bank", "clob"}, {"accounts", "auth", "bank"},
		{"staking", "oracle", "options", "margin", "liquidation", "clob", "bank", "auth", "accounts", "gov", "ibc"},
	} {
		info := types.CommitInfo{Version: 7}
		m := Multistore{Roots: map[string]string{}, Proofs: map[string]string{}}
		for i, name := range names {
			root := make([]byte, 32)
			for j := range root {
				root[j] = byte(i*37 + j)
			}
			m.Roots[name] = hex.EncodeToString(root)
			info.StoreInfos = append(info.StoreInfos,
				types.StoreInfo{Name: name, CommitId: types.CommitID{Version: 7, Hash: root}})
		}
		m.Root = hex.EncodeToString(info.Hash())
		for _, name := range names {
			m.Proofs[name] = hex.EncodeToString(info.ProofOp(name).Data)
		}
		list = append(list, m)
	}
	return list
}

func main() {
	if len(os.Args) == 5 && os.Args[1] == "bench" {
		bench(must(strconv.Atoi(os.Args[2])), must(strconv.Atoi(os.Args[3])), must(strconv.Atoi(os.Args[4])))
		return
	}
	if len(os.Args) != 2 || os.Args[1] != "vectors" {
		fmt.Fprintln(os.Stderr, "usage: generator vectors | bench KEYS UPDATES BLOCKS")
		os.Exit(2)
	}
	out := must(json.Marshal(Vectors{
		Source:     "github.com/cosmos/iavl v1.3.6, cosmossdk.io/store v1.1.2",
		Sequences:  sequences(),
		Multistore: multistores(),
	}))
	// A line a block, so that a difference shows where it is.
	out = bytes.ReplaceAll(out, []byte(`{"version"`), []byte("\n"+`{"version"`))
	must(os.Stdout.Write(append(out, '\n')))
}
