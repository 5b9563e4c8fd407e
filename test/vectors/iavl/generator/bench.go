package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/cosmos/iavl"
	dbm "github.com/cosmos/iavl/db"
)

// benchKey is the i-th of the bench's keys: 1 byte of prefix, 20 of address, 8 of a number, spread
// by a multiplicative hash so that neighbours in i are not neighbours in the tree.
func benchKey(i int) []byte {
	key := make([]byte, 29)
	key[0] = 2
	x := uint64(i)*0x9E3779B97F4A7C15 + 1
	for j := 1; j < 21; j += 4 {
		binary.BigEndian.PutUint32(key[j:], uint32(x>>32))
		x = x*0x9E3779B97F4A7C15 + 1
	}
	binary.BigEndian.PutUint64(key[21:], uint64(i))
	return key
}

// Of a node of the Cosmos SDK, server/config: iavl-cache-size, and iavl-disable-fastnode = false.
const sdkCacheSize = 781250

// bench fills a tree with keys in one version, then times blocks of random updates, sorted as the
// caller of a store sorts them, each with its SaveVersion: on goleveldb with the SDK's defaults, as
// a node runs it, and at its best, in memory with all nodes cached and no fast-node index.
func bench(keys, updates, blocks int) {
	dir := must(os.MkdirTemp("", "iavl-bench"))
	defer os.RemoveAll(dir)
	disk := must(dbm.NewGoLevelDB("tree", dir))
	defer disk.Close()
	node := iavl.NewMutableTree(disk, sdkCacheSize, false, iavl.NewNopLogger())
	best := iavl.NewMutableTree(dbm.NewMemDB(), 4*keys, true, iavl.NewNopLogger())
	must(0, json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"node_us": benchOn(node, keys, updates, blocks),
		"best_us": benchOn(best, keys, updates, blocks),
	}))
}

func benchOn(tree *iavl.MutableTree, keys, updates, blocks int) float64 {
	value := make([]byte, 32)
	all := make([][]byte, keys)
	for i := range all {
		all[i] = benchKey(i)
	}
	slices.SortFunc(all, func(a, b []byte) int { return slices.Compare(a, b) })
	for i, key := range all {
		binary.BigEndian.PutUint64(value, uint64(i))
		must(tree.Set(key, slices.Clone(value)))
	}
	_, _, err := tree.SaveVersion()
	check(err)
	rng := rand.New(rand.NewSource(1))
	var perUpdate []float64
	for block := 0; block < blocks; block++ {
		chosen := make([]int, updates)
		for i := range chosen {
			chosen[i] = rng.Intn(keys)
		}
		slices.Sort(chosen)
		runtime.GC()
		start := time.Now()
		for i, at := range chosen {
			binary.BigEndian.PutUint64(value, uint64(block*updates+i))
			must(tree.Set(all[at], slices.Clone(value)))
		}
		_, _, err := tree.SaveVersion()
		check(err)
		perUpdate = append(perUpdate, float64(time.Since(start).Microseconds())/float64(updates))
	}
	slices.Sort(perUpdate)
	fmt.Fprintf(os.Stderr, "%d keys: %v us an update\n", keys, perUpdate)
	return perUpdate[len(perUpdate)/2]
}
