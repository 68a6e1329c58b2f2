// @tus/server on @tus/azure-store, set up as their READMEs say. It names its port once it listens.
import { createServer } from "node:http";
import { BlobServiceClient } from "@azure/storage-blob";
import { AzureStore } from "@tus/azure-store";
import { Server } from "@tus/server";

const account = BlobServiceClient.fromConnectionString(process.env.AZURE_STORAGE_CONNECTION_STRING);
const client = account.getContainerClient("peer");
await client.createIfNotExists();
const tus = new Server({ path: "/files", datastore: new AzureStore({ client }) });
const server = createServer((request, response) => tus.handle(request, response));
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
