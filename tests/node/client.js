// A program of a user who writes JavaScript: every kind of call, an error with its details, metadata.
//
//   node client.js HOST:PORT PROTO_DIR CSV_FILE
//
// Prints one line for each thing that works; the first that does not ends it with 1.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const [address, protos, csv] = process.argv.slice(2);
const deadline = () => new Date(Date.now() + 30_000);

function load(file) {
  const options = { keepCase: true, enums: String, longs: Number, oneofs: true, includeDirs: [protos] };
  return grpc.loadPackageDefinition(loader.loadSync(file, options)).serin.v1;
}

function connect(file, service) {
  return new (load(`serin/v1/${file}`)[service])(address, grpc.credentials.createInsecure());
}

// Makes a unary call; resolves to its answer and its first metadata.
function call(client, method, request, metadata = new grpc.Metadata()) {
  return new Promise((resolve, reject) => {
    let head;
    client[method](request, metadata, { deadline: deadline() }, (error, answer) =>
      error ? reject(error) : resolve({ answer, head }),
    ).on("metadata", (fields) => (head = fields));
  });
}

// A client stream in pieces of 1,000 bytes.
function upload(client, dataset, bytes) {
  return new Promise((resolve, reject) => {
    const stream = client.UploadDataset(new grpc.Metadata(), { deadline: deadline() },
      (error, answer) => (error ? reject(error) : resolve(answer)));
    stream.write({ spec: { dataset } });
    for (let at = 0; at < bytes.length; at += 1000) stream.write({ chunk: bytes.subarray(at, at + 1000) });
    stream.end();
  });
}

// A server stream, to its end.
async function readAll(stream) {
  const messages = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

const number = (value) => ({ numberValue: value });
const setosa = {
  features: {
    sepal_length: number(5.1), sepal_width: number(3.5), petal_length: number(1.4), petal_width: number(0.2),
  },
};

const datasets = connect("dataset_service.proto", "DatasetService");
const predictions = connect("predict_service.proto", "PredictService");

const version = await upload(datasets, "node", readFileSync(csv));
assert.equal(version.row_count, 150);
console.log("client stream: ok");

const batches = await readAll(datasets.ReadRows({ name: "node" }, { deadline: deadline() }));
assert.equal(batches.reduce((rows, batch) => rows + batch.row_count, 0), 150);
console.log("server stream: ok");

const { answer } = await call(predictions, "Predict", { model: "iris", rows: [setosa] });
assert.equal(answer.predictions[0].label, "setosa");
console.log("unary call: ok");

const metadata = new grpc.Metadata();
metadata.set("serin-request-id", "from-node");
const { head } = await call(predictions, "Predict", { model: "iris", rows: [setosa] }, metadata);
assert.deepEqual(head.get("serin-request-id"), ["from-node"]);
console.log("metadata: ok");

await assert.rejects(call(predictions, "Predict", { model: "no-such-model", rows: [setosa] }), (error) => {
  assert.equal(error.code, grpc.status.NOT_FOUND);
  assert.match(error.details, /no-such-model/);
  assert.equal(error.metadata.get("grpc-status-details-bin").length, 1);
  return true;
});
console.log("error with details: ok");

const cancelled = datasets.ReadRows({ name: "node" }, { deadline: deadline() });
cancelled.cancel();
await assert.rejects(readAll(cancelled), (error) => error.code === grpc.status.CANCELLED);
console.log("cancellation: ok");

datasets.close();
predictions.close();
