// Makes libs/contracts/src/gen from proto/: ts-proto code, and the descriptor set that reflection serves.
// Tools come from npm alone (@bufbuild/buf ships its binary); nothing is written when nothing changed, so that `tsc -b` stays quick.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const contracts = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(contracts));
const proto = join(root, "proto");
const gen = join(contracts, "src", "gen");
const bin = join(root, "node_modules", ".bin");

const sources = readdirSync(proto, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".proto"))
  .sort();
const stamp = createHash("sha256");
for (const name of [
  fileURLToPath(import.meta.url),
  join(root, "package-lock.json"),
  ...sources.map((s) => join(proto, s)),
])
  stamp.update(readFileSync(name));
const revision = stamp.digest("hex");
const stampFile = join(gen, ".revision");
if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === revision) process.exit(0);

const work = mkdtempSync(join(tmpdir(), "weft-generate-"));
try {
  cpSync(proto, join(work, "proto"), { recursive: true });
  for (const name of sources) {
    const file = join(work, "proto", name);
    writeFileSync(file, withRawValues(readFileSync(file, "utf8")));
  }
  rmSync(gen, { recursive: true, force: true });
  mkdirSync(gen, { recursive: true });
  writeFileSync(join(work, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n");
  writeFileSync(join(work, "buf.gen.yaml"), JSON.stringify(template()));
  buf(work, "generate");
  buf(root, "build", "--as-file-descriptor-set", "-o", join(gen, "descriptors.binpb"));
  const bytes = readFileSync(join(gen, "descriptors.binpb")).toString("base64");
  rmSync(join(gen, "descriptors.binpb"));
  writeFileSync(
    join(gen, "descriptors.ts"),
    `// The FileDescriptorSet that \`buf build\` wrote, base64.\nexport const descriptors =\n  "${bytes}";\n`,
  );
  writeFileSync(stampFile, revision);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/**
 * Our own code reads every Struct, Value and ListValue as its raw bytes, which look the same on the wire: the payload
 * converter then applies the limits and keeps every key (ts-proto's Struct drops `__proto__` and bad UTF-8 silently).
 */
function withRawValues(source) {
  return source
    .replace(/\bgoogle\.protobuf\.(Struct|Value|ListValue)\b/g, "bytes")
    .replace(/^import "google\/protobuf\/struct.proto";$/m, "");
}

function template() {
  const options = [
    "env=node",
    "esModuleInterop=true",
    "importSuffix=.js",
    "outputServices=grpc-js",
    "outputClientImpl=true",
    "oneof=unions-value",
    "enumsAsLiterals=true",
    "unrecognizedEnum=false",
    "outputJsonMethods=false",
    "outputPartialMethods=true",
    "useExactTypes=false",
    "exportCommonSymbols=false",
    "outputIndex=false",
    "useJsTypeOverride=true", // integers of 64 bits that must be exact say JS_STRING
  ];
  return {
    version: "v2",
    plugins: [{ local: join(bin, "protoc-gen-ts_proto"), out: gen, opt: options, include_imports: true }],
  };
}

function buf(cwd, ...args) {
  execFileSync(join(bin, "buf"), args, { cwd, stdio: "inherit" });
}
