import type { Subject } from "@change-ledger/model";
import { showInvisible } from "./html.ts";
import { VERIFIER } from "./verifier-release.ts";

/** What the README says of its bag. */
export interface ReadmeContent {
  readonly change: Subject;
  /** Hash of the head of the change's own chain. */
  readonly head: string;
  /** The log's. */
  readonly origin: string;
  /** Whether there are raw records. */
  readonly raw: boolean;
}

/**
 * The bag's README.md: how an auditor verifies all of it, first with the verifier, then with programs of others alone. Its commands run in a POSIX shell from within
 * the unzipped bag and write to `../check` only; test/peers runs them as they stand here.
 */
export function writeReadme({ change, head, origin, raw }: ReadmeContent): Uint8Array {
  const text = [INTRODUCTION, NEEDED, FILES, ...(raw ? [RECORDS] : []), ENTRIES, ATTESTATION, CHECKPOINT, PROOFS, LIMITS].join("\n");
  const values = {
    CHANGE: showInvisible(change),
    HEAD: head,
    ORIGIN: showInvisible(origin),
    VERIFIER: VERIFIER.file,
    SHA256: VERIFIER.sha256,
  };
  return Buffer.from(text.replace(/@(CHANGE|HEAD|ORIGIN|VERIFIER|SHA256)@/g, (_, name: keyof typeof values) => values[name]));
}

const INTRODUCTION = `# Evidence of one change

${"```"}text
change  @CHANGE@
head    @HEAD@
log     @ORIGIN@
${"```"}

This folder is a BagIt bag (RFC 8493). It holds the whole record of one change: what the systems sent, what the ledger made of it, and proofs that it
stands in the log. ${"`data/summary.html`"} is the record for a person to read. Everything below is for whoever does not trust the people who run the ledger.

| File | What it is |
|---|---|
| ${"`data/entries.jsonl`"} | the entries, one a line, exactly the bytes that are hashed; chain after chain in the order of ${"`data/chains.json`"} |
| ${"`data/chains.json`"} | the chains: whose they are, how many entries, hash of the last; of an ${"`excerpt`"} only the entries that concern this change |
| ${"`data/raw/`"} | what the senders sent, as WARC records; an entry's ${"`payload.sha256`"} is its file's name |
| ${"`data/log/`"} | the log's signed checkpoint, and proofs that entries are in the log |
| ${"`attestation.sigstore.json`"} | an in-toto Statement over ${"`tagmanifest-sha256.txt`"}, signed when the evidence was sealed |
| ${"`bag-info.txt`"} | about the bag; where the change was sealed before: key, version and SHA-256 of that bundle |
`;

const NEEDED = `## What you need from elsewhere

Put beside this folder, not into it:

- ${"`trust.json`"}: the public keys of the log and of the attestations, with the time in which each held. It is published beside the log. Take it once, keep
  it, and compare: whoever takes the keys from the same hands as the evidence trusts those hands.
- ${"`@VERIFIER@`"}: the verifier, one file for Node 20.15 or newer. It is published apart from the evidence, and this is the one that was current:

${"```"}sh
echo "@SHA256@  ../@VERIFIER@" | sha256sum -c -
node ../@VERIFIER@ . --trust ../trust.json
${"```"}

It checks everything that follows, and more. What follows needs none of our programs.
`;

const FILES = `## The files are those that were sealed

${"```"}sh
sha256sum -c --strict --quiet tagmanifest-sha256.txt
sha256sum -c --strict --quiet manifest-sha256.txt
${"```"}

The same with a program that knows bags, and finds files that no manifest names (${"`pip install bagit`"}):

${"```"}sh
bagit.py --validate .
${"```"}
`;

const RECORDS = `## The raw records are whole

(${"`pip install warcio`"})

${"```"}sh
warcio check data/raw/*.warc.gz
${"```"}
`;

const ENTRIES = String.raw`## The entries are linked, and made from the records

The hash of an entry is SHA-256 over a zero byte and its line. Each entry names in ${"`prev`"} the hash of the one before; whatever no other entry here names
has to have a proof.

${"```"}sh
python3 - <<'END'
import glob, gzip, hashlib, json, os
proved = {os.path.basename(path).split(".")[0] for path in glob.glob("data/log/*.tlog-proof")}
lines = open("data/entries.jsonl", "rb").read().split(b"\n")
assert lines.pop() == b""
for chain in json.load(open("data/chains.json", encoding="utf-8"))["chains"]:
    last, named = -1, "0" * 64
    for _ in range(chain["length"]):
        line = lines.pop(0)
        entry = json.loads(line)
        linked = entry["seq"] == last + 1 and entry["prev"] == named
        skipped = chain.get("excerpt", False) and entry["seq"] > last + 1 and (last < 0 or named in proved)
        assert entry["subject"] == chain["subject"] and (linked or skipped), (chain["subject"], entry["seq"])
        last, named = entry["seq"], hashlib.sha256(b"\0" + line).hexdigest()
        if "payload" in entry:
            body = entry["payload"]["sha256"]
            with gzip.open("data/raw/" + body + ".warc.gz") as record:
                assert ("\r\nWARC-Block-Digest: sha256:" + body + "\r\n").encode() in record.read(), body
    assert named == chain["head"] and named in proved, chain["subject"]
assert lines == []
print("the chains hold")
END
${"```"}
`;

const ATTESTATION = String.raw`## The attestation is signed

${"```"}sh
mkdir -p ../check
key=$(jq -r .verificationMaterial.publicKey.hint attestation.sigstore.json)
jq -r --arg key "$key" '.envelopeKeys[] | select(.id == $key) | .pem' ../trust.json > ../check/envelope.pem
cosign verify-blob-attestation --key ../check/envelope.pem --bundle attestation.sigstore.json \
  --type https://change-ledger.dev/evidence-bundle/v1 --insecure-ignore-tlog tagmanifest-sha256.txt
${"```"}

(There is no entry in sigstore's public log, hence the flag: the log is ours, see below.) The same with openssl alone, and what the attestation says:

${"```"}sh
mkdir -p ../check
key=$(jq -r .verificationMaterial.publicKey.hint attestation.sigstore.json)
jq -r --arg key "$key" '.envelopeKeys[] | select(.id == $key) | .pem' ../trust.json > ../check/envelope.pem
jq -j .dsseEnvelope.payload attestation.sigstore.json | base64 -d > ../check/statement.json
jq -j '.dsseEnvelope.signatures[0].sig' attestation.sigstore.json | base64 -d > ../check/envelope.sig
printf 'DSSEv1 28 application/vnd.in-toto+json %d ' $(wc -c < ../check/statement.json) | cat - ../check/statement.json > ../check/signed
openssl dgst -sha256 -verify ../check/envelope.pem -signature ../check/envelope.sig ../check/signed
jq -e --arg digest "$(sha256sum < tagmanifest-sha256.txt | cut -c 1-64)" '.subject[0].digest.sha256 == $digest' ../check/statement.json
jq .predicate ../check/statement.json
${"```"}

${"`contentDigest`"} in it is what two bundles of the same record have in common: ${"`grep -v '  data/log/' manifest-sha256.txt | sha256sum`"}. ${"`sealedAt`"}
has to lie in the time in which the key held.
`;

const CHECKPOINT = String.raw`## The checkpoint is signed

By at least one of the log's keys (OpenSSL 3 or newer), of those that held at the attestation's ${"`sealedAt`"}:

${"```"}sh
mkdir -p ../check
test "$(head -n 1 data/log/checkpoint)" = "$(jq -r .origin ../trust.json)"
sed '/^$/,$d' data/log/checkpoint > ../check/note.txt
sed -n 's/^— [^ ]* //p' data/log/checkpoint | while read -r line; do
  id=$(echo "$line" | base64 -d | head -c 4 | od -An -tx1 | tr -d ' \n')
  echo "$line" | base64 -d | tail -c +5 > ../check/note.sig
  jq -r --arg id "$id" '.noteKeys[].key | select(split("+")[1] == $id) | split("+")[2:] | join("+")' ../trust.json > ../check/note.key
  test -s ../check/note.key || continue
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; base64 -d ../check/note.key | tail -c +2; } > ../check/note.der
  openssl pkeyutl -verify -pubin -keyform DER -inkey ../check/note.der -rawin -in ../check/note.txt -sigfile ../check/note.sig
done | tee ../check/note.out
grep -q 'Verified Successfully' ../check/note.out && ! grep -q Failure ../check/note.out
${"```"}
`;

const PROOFS = String.raw`## The entries are in the log

With the code that guards Go's own checksum database (Go 1.25 or newer):

${"```"}sh
mkdir -p ../check/go
cat > ../check/go/main.go <<'END'
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	var trust struct {
		Origin   string
		NoteKeys []struct{ Key string }
	}
	must(0, json.Unmarshal(must(os.ReadFile(os.Args[2])), &trust))
	var keys []note.Verifier
	for _, each := range trust.NoteKeys {
		keys = append(keys, must(note.NewVerifier(each.Key)))
	}
	signed := string(must(os.ReadFile(os.Args[1] + "/data/log/checkpoint")))
	checkpoint := strings.Split(must(note.Open([]byte(signed), note.VerifierList(keys...))).Text, "\n")
	size, root := must(strconv.ParseInt(checkpoint[1], 10, 64)), must(tlog.ParseHash(checkpoint[2]))
	files := must(filepath.Glob(os.Args[1] + "/data/log/*.tlog-proof"))
	for _, file := range files {
		text, of, _ := strings.Cut(string(must(os.ReadFile(file))), "\n\n")
		lines := strings.Split(text, "\n")
		var leaf tlog.Hash
		copy(leaf[:], must(hex.DecodeString(strings.TrimSuffix(filepath.Base(file), ".tlog-proof"))))
		var proof tlog.RecordProof
		for _, line := range lines[2:] {
			proof = append(proof, must(tlog.ParseHash(line)))
		}
		index := must(strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64))
		must(0, tlog.CheckRecord(proof, size, root, index, leaf))
		if of != signed || checkpoint[0] != trust.Origin {
			log.Fatal(file + ": proves something of another checkpoint or log")
		}
	}
	fmt.Println(len(files), "entries are in the log, which holds", size)
}
END
bag=$(pwd)
cd ../check/go
test -f go.mod || go mod init check
go get golang.org/x/mod@v0.37.0
go run . "$bag" "$bag/../trust.json"
${"```"}
`;

const LIMITS = `## What this does not show

- That nothing is missing of an ${"`excerpt`"}, or that no later bundle of the change exists: the log shows it. Compare the checkpoint with one that you
  took yourself, and ask for the log's consistency proof.
- That a sender told the truth, or that nobody else knew the secret it signs with. The raw records and the senders' own signatures are here to be held against the
  senders' records.
`;
