// Writes calls.json: each ABCI 2.0 call's request and response, framed by CometBFT's own code, once
// with every field set and once empty.
//
//	go mod init vectors
//	go get github.com/cometbft/cometbft@v0.40.0 && go mod tidy
//	go run generate.go > calls.json
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/proto/tendermint/crypto"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cosmos/gogoproto/proto"
)

type vector struct {
	Kind     string `json:"kind"`
	Filled   bool   `json:"filled"`
	Request  string `json:"request"`
	Response string `json:"response"`
}

// filler gives each field a value of its own, large and negative ones among them.
type filler struct{ count int64 }

func (f *filler) fill(v reflect.Value) {
	f.count++
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = time.Unix(1_900_000_000+f.count, 123_456_000+f.count).UTC()
		return
	case *time.Duration:
		*at = time.Duration(f.count) * 1_500_000_001
		return
	case *crypto.PublicKey:
		*at = crypto.PublicKey{Sum: &crypto.PublicKey_Ed25519{Ed25519: f.bytes(32)}}
		return
	case **cmtproto.AuthorityParams:
		return // v0.40 has it in ConsensusParams, v0.38 and ABCI 2.0 do not
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			f.fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(f.bytes(int(f.count%40) + 1))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Int64:
		v.SetInt([]int64{1<<63 - 1, -1 << 63, -1, 1<<53 + 1, 300}[f.count%5])
	case reflect.Int32: // enumerations and rounds
		v.SetInt(1)
	case reflect.Uint32:
		v.SetUint(uint64(1<<32 - f.count))
	case reflect.Uint64:
		v.SetUint(^uint64(0) - uint64(f.count))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("naïve 価格 📈 " + strconv.FormatInt(f.count, 10))
	default:
		panic("no value for " + v.Type().String())
	}
}

func (f *filler) bytes(size int) []byte {
	return bytes.Repeat([]byte{byte(f.count)}, size)
}

// wrap makes the message of a oneof's wrapper type, filled or empty.
func wrap(wrapper any, filled bool) reflect.Value {
	v := reflect.New(reflect.TypeOf(wrapper).Elem())
	inner := reflect.New(v.Elem().Field(0).Type().Elem())
	if filled {
		(&filler{}).fill(inner.Elem())
	}
	v.Elem().Field(0).Set(inner)
	return v
}

func frame(message proto.Message) string {
	var buffer bytes.Buffer
	if err := types.WriteMessage(message, &buffer); err != nil {
		panic(err)
	}
	return hex.EncodeToString(buffer.Bytes())
}

func kindOf(wrapper any) string {
	_, kind, _ := strings.Cut(reflect.TypeOf(wrapper).String(), "Request_")
	return strings.ToLower(kind[:1]) + kind[1:]
}

func main() {
	responses := map[string]any{}
	for _, wrapper := range (*types.Response)(nil).XXX_OneofWrappers() {
		_, kind, _ := strings.Cut(reflect.TypeOf(wrapper).String(), "Response_")
		responses[strings.ToLower(kind[:1])+kind[1:]] = wrapper
	}
	var vectors []vector
	for _, wrapper := range (*types.Request)(nil).XXX_OneofWrappers() {
		kind := kindOf(wrapper)
		if kind == "insertTx" || kind == "reapTxs" {
			continue // not in ABCI 2.0: only an application-side mempool gets them
		}
		for _, filled := range []bool{true, false} {
			var request types.Request
			var response types.Response
			reflect.ValueOf(&request).Elem().Field(0).Set(wrap(wrapper, filled))
			reflect.ValueOf(&response).Elem().Field(0).Set(wrap(responses[kind], filled))
			vectors = append(vectors, vector{kind, filled, frame(&request), frame(&response)})
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(vectors); err != nil {
		panic(err)
	}
}
