-- CreateTable
CREATE TABLE "FeaturePack" (
    "sequence" BIGSERIAL NOT NULL,
    "space" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "images" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "FeaturePack_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "FeatureShard" (
    "space" TEXT NOT NULL,
    "shard" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "leaseUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FeatureShard_pkey" PRIMARY KEY ("space","shard")
);

-- CreateIndex
CREATE UNIQUE INDEX "FeaturePack_space_sha256_key" ON "FeaturePack"("space", "sha256");

-- CreateIndex
CREATE INDEX "FeaturePack_space_sequence_idx" ON "FeaturePack"("space", "sequence");

-- CreateIndex
CREATE INDEX "FeaturePack_sha256_idx" ON "FeaturePack"("sha256");

-- CreateIndex
CREATE INDEX "FeaturePack_usedAt_idx" ON "FeaturePack"("usedAt");
