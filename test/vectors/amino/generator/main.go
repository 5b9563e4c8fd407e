// Makes ../vectors.json: what the Cosmos SDK's own encoder (cosmossdk.io/x/tx) signs in
// SIGN_MODE_LEGACY_AMINO_JSON for every message in the .proto files of this repository, which it
// reads as they are. Run it here after a change to a message: go run . ../../../../proto
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	_ "cosmossdk.io/api/amino"
	basev1beta1 "cosmossdk.io/api/cosmos/base/v1beta1"
	txv1beta1 "cosmossdk.io/api/cosmos/tx/v1beta1"
	"cosmossdk.io/x/tx/signing"
	"cosmossdk.io/x/tx/signing/aminojson"
	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

type vector struct {
	Name          string `json:"name"`
	BodyBytes     string `json:"bodyBytes"`
	AuthInfoBytes string `json:"authInfoBytes"`
	ChainID       string `json:"chainId"`
	AccountNumber string `json:"accountNumber"`
	Sequence      string `json:"sequence"`
	SignBytes     string `json:"signBytes"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// compile reads the .proto files; their options are parsed anew, with the types of the SDK.
func compile(root string) *protoregistry.Files {
	var names []string
	check(filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		name, _ := filepath.Rel(root, path)
		isOfProtobuf := strings.HasPrefix(name, "google/protobuf/")
		if err == nil && strings.HasSuffix(path, ".proto") && !isOfProtobuf {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(
		&protocompile.SourceResolver{ImportPaths: []string{root}})}
	files, err := compiler.Compile(context.Background(), names...)
	check(err)
	set := &descriptorpb.FileDescriptorSet{}
	seen := map[string]bool{}
	var add func(protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		for i := 0; i < file.Imports().Len(); i++ {
			add(file.Imports().Get(i).FileDescriptor)
		}
		bytes, err := proto.Marshal(protodesc.ToFileDescriptorProto(file))
		check(err)
		parsed := &descriptorpb.FileDescriptorProto{}
		check(proto.Unmarshal(bytes, parsed))
		plain(parsed.MessageType)
		set.File = append(set.File, parsed)
	}
	for _, file := range files {
		add(file)
	}
	registry, err := protodesc.NewFiles(set)
	check(err)
	return registry
}

// plain makes optional fields plain ones: the encoder refuses the oneof that protoc puts around each,
// and this chain writes them like any other field, if they are there.
func plain(messages []*descriptorpb.DescriptorProto) {
	for _, message := range messages {
		synthetic := 0
		for _, field := range message.Field {
			if field.GetProto3Optional() {
				field.Proto3Optional, field.OneofIndex = nil, nil
				synthetic++
			}
		}
		// They are the last of a message's oneofs.
		message.OneofDecl = message.OneofDecl[:len(message.OneofDecl)-synthetic]
		plain(message.NestedType)
	}
}

var isMsg = regexp.MustCompile(`^Msg[A-Z]`)

func messages(files *protoregistry.Files) (found []protoreflect.MessageDescriptor) {
	files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := 0; i < file.Messages().Len(); i++ {
			name := string(file.Messages().Get(i).Name())
			if isMsg.MatchString(name) && !strings.HasSuffix(name, "Response") {
				found = append(found, file.Messages().Get(i))
			}
		}
		return true
	})
	sort.Slice(found, func(i, j int) bool { return found[i].FullName() < found[j].FullName() })
	return found
}

// Values of each kind, by the number of the variant.
var (
	texts = []string{"tenor1x", "<b>&\"\\ é\u2028\u2029\t\b😀", "BTC-27DEC26-100000-C"}
	u64   = []uint64{1, 1<<64 - 1, 1<<53 + 1}
	i64   = []int64{1, -1 << 63, 1<<63 - 1}
	u32   = []uint32{1, 1<<32 - 1, 7}
	i32   = []int32{1, -1 << 31, 1<<31 - 1}
	blobs = [][]byte{{1}, {0, 255, 254, 253}, []byte("thirty-two bytes of a public key")}
)

func scalar(field protoreflect.FieldDescriptor, variant int) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(texts[variant])
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(blobs[variant])
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.EnumKind:
		values := field.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get((variant + 1) % values.Len()).Number())
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(u32[variant])
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(i32[variant])
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(u64[variant])
	default:
		return protoreflect.ValueOfInt64(i64[variant])
	}
}

// fill sets every field; of a oneof the member that the variant names, and in the last one none.
func fill(msg protoreflect.Message, variant int) {
	fields := msg.Descriptor().Fields()
	for i := 0; i < fields.Len(); i++ {
		field := fields.Get(i)
		if oneof := field.ContainingOneof(); oneof != nil {
			members := oneof.Fields().Len()
			if variant == 2 || oneof.Fields().Get(variant%members) != field {
				continue
			}
		}
		isMessage := field.Kind() == protoreflect.MessageKind
		if field.IsList() {
			list := msg.Mutable(field).List()
			for n := 0; n < variant; n++ {
				if !isMessage {
					list.Append(scalar(field, (variant+n)%3))
					continue
				}
				element := list.NewElement()
				fill(element.Message(), n)
				list.Append(element)
			}
		} else if isMessage {
			fill(msg.Mutable(field).Message(), variant)
		} else {
			msg.Set(field, scalar(field, variant))
		}
	}
}

func main() {
	files := compile(os.Args[1])
	handler := aminojson.NewSignModeHandler(aminojson.SignModeHandlerOptions{
		FileResolver: files, TypeResolver: dynamicpb.NewTypes(files),
	})
	var vectors []vector
	for _, descriptor := range messages(files) {
		for variant := -1; variant < 3; variant++ {
			msg := dynamicpb.NewMessage(descriptor)
			if variant >= 0 {
				fill(msg, variant)
			}
			vectors = append(vectors, sign(handler, msg, variant))
		}
	}
	out, err := json.MarshalIndent(vectors, "", "  ")
	check(err)
	check(os.WriteFile(filepath.Join("..", "vectors.json"), append(out, '\n'), 0o644))
}

func sign(handler *aminojson.SignModeHandler, msg *dynamicpb.Message, variant int) vector {
	value, err := proto.MarshalOptions{Deterministic: true}.Marshal(msg)
	check(err)
	name := string(msg.Descriptor().FullName())
	body := &txv1beta1.TxBody{Messages: []*anypb.Any{{TypeUrl: "/" + name, Value: value}}}
	fee := &txv1beta1.Fee{}
	switch variant {
	case 0:
		body.Memo = "memo <&> é"
		fee.GasLimit = 200_000
		fee.Amount = []*basev1beta1.Coin{{Denom: "uusd", Amount: "2500"}}
	case 1:
		body.TimeoutHeight = 1<<64 - 1
		fee.Payer, fee.Granter = "tenor1payer", "tenor1granter"
	case 2:
		body.Unordered = true
		body.TimeoutTimestamp = &timestamppb.Timestamp{Seconds: 1_795_000_000, Nanos: 120_300_000}
		body.Messages = append(body.Messages, body.Messages[0])
	}
	bodyBytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(body)
	check(err)
	authInfo := &txv1beta1.AuthInfo{Fee: fee}
	authInfoBytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(authInfo)
	check(err)
	data := signing.SignerData{
		Address: "tenor1x", ChainID: "tenor-local-1", AccountNumber: 7, Sequence: uint64(variant + 1),
	}
	bytes, err := handler.GetSignBytes(context.Background(), data, signing.TxData{
		Body: body, AuthInfo: authInfo, BodyBytes: bodyBytes, AuthInfoBytes: authInfoBytes,
	})
	check(err)
	text := base64.StdEncoding.EncodeToString
	return vector{
		Name: name, BodyBytes: text(bodyBytes), AuthInfoBytes: text(authInfoBytes),
		ChainID: data.ChainID, AccountNumber: "7", Sequence: string(rune('0' + variant + 1)),
		SignBytes: string(bytes),
	}
}
