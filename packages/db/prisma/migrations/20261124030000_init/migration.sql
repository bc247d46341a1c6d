-- CreateEnum
CREATE TYPE "JobState" AS ENUM ('queued', 'running', 'finished', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "AttemptState" AS ENUM ('running', 'finished', 'failed', 'cancelled', 'lost', 'released');

-- CreateEnum
CREATE TYPE "Split" AS ENUM ('train', 'validation', 'test');

-- CreateEnum
CREATE TYPE "TokenKind" AS ENUM ('user', 'worker');

-- CreateTable
CREATE TABLE "Project" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "kind" "TokenKind" NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "hash" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Dataset" (
    "id" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "currentVersionId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DatasetVersion" (
    "id" TEXT NOT NULL,
    "datasetId" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "classes" TEXT[],
    "splitRule" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "manifestSha256" TEXT NOT NULL,
    "imageCount" INTEGER NOT NULL,
    "trainCount" INTEGER NOT NULL,
    "validationCount" INTEGER NOT NULL,
    "testCount" INTEGER NOT NULL,
    "filesFound" INTEGER NOT NULL,
    "importSeconds" DOUBLE PRECISION NOT NULL,
    "importNotes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DatasetVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DatasetImage" (
    "versionId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "classIndex" INTEGER NOT NULL,
    "split" "Split" NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "perceptualHash" TEXT NOT NULL,
    "thumbnailSha256" TEXT,

    CONSTRAINT "DatasetImage_pkey" PRIMARY KEY ("versionId","position")
);

-- CreateTable
CREATE TABLE "ImportIssue" (
    "id" BIGSERIAL NOT NULL,
    "versionId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "related" TEXT[],

    CONSTRAINT "ImportIssue_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Import" (
    "id" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "splitRule" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "archiveSha256" TEXT,
    "archiveBytes" BIGINT,
    "jobId" TEXT,
    "cancelledAt" TIMESTAMPTZ(3),
    "versionId" TEXT,
    "unchanged" BOOLEAN,
    "issueCounts" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImportFile" (
    "importId" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,

    CONSTRAINT "ImportFile_pkey" PRIMARY KEY ("importId","path")
);

-- CreateTable
CREATE TABLE "Weights" (
    "sha256" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "includeTop" BOOLEAN NOT NULL,
    "source" TEXT NOT NULL,
    "licence" TEXT NOT NULL,
    "trainedOn" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Weights_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "Model" (
    "id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "pretrained" BOOLEAN NOT NULL,
    "parameters" INTEGER NOT NULL,
    "description" JSONB NOT NULL,
    "availabilityState" TEXT NOT NULL,
    "availabilityReason" TEXT,
    "hasTop" BOOLEAN NOT NULL,
    "weightsSha256" TEXT,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Recipe" (
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Recipe_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Sweep" (
    "id" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "recipeHash" TEXT NOT NULL,
    "recipe" JSONB NOT NULL,
    "datasets" TEXT[],
    "models" TEXT[],
    "seeds" INTEGER[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cancelledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Sweep_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SweepTrial" (
    "sweepId" TEXT NOT NULL,
    "trialId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "SweepTrial_pkey" PRIMARY KEY ("sweepId","trialId")
);

-- CreateTable
CREATE TABLE "Trial" (
    "id" TEXT NOT NULL,
    "sweepId" TEXT NOT NULL,
    "versionId" TEXT NOT NULL,
    "modelId" TEXT NOT NULL,
    "weightsSha256" TEXT,
    "recipeHash" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "jobId" TEXT NOT NULL,
    "summary" JSONB,
    "testAccuracy" DOUBLE PRECISION,
    "seconds" DOUBLE PRECISION,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Trial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EpochMetric" (
    "trialId" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "sequence" BIGSERIAL NOT NULL,

    CONSTRAINT "EpochMetric_pkey" PRIMARY KEY ("trialId","step","name")
);

-- CreateTable
CREATE TABLE "Prediction" (
    "trialId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "split" "Split" NOT NULL,
    "label" INTEGER NOT NULL,
    "predicted" INTEGER NOT NULL,
    "probability" DOUBLE PRECISION NOT NULL,
    "labelProbability" DOUBLE PRECISION NOT NULL,
    "correct" BOOLEAN NOT NULL,

    CONSTRAINT "Prediction_pkey" PRIMARY KEY ("trialId","position")
);

-- CreateTable
CREATE TABLE "Artifact" (
    "id" TEXT NOT NULL,
    "trialId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Artifact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Worker" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "environment" JSONB NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeatAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leftAt" TIMESTAMPTZ(3),

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Job" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" "JobState" NOT NULL DEFAULT 'queued',
    "priority" INTEGER NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "title" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "topic" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "progress" JSONB,
    "error" JSONB,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "lostAttempts" INTEGER NOT NULL DEFAULT 0,
    "failedAttempts" INTEGER NOT NULL DEFAULT 0,
    "workerId" TEXT,
    "leaseUntil" TIMESTAMPTZ(3),
    "availableAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Attempt" (
    "jobId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "workerId" TEXT NOT NULL,
    "state" "AttemptState" NOT NULL DEFAULT 'running',
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "error" JSONB,

    CONSTRAINT "Attempt_pkey" PRIMARY KEY ("jobId","number")
);

-- CreateTable
CREATE TABLE "QuickCheck" (
    "id" TEXT NOT NULL,
    "versionId" TEXT NOT NULL,
    "modelId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "samples" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QuickCheck_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PredictionRequest" (
    "id" TEXT NOT NULL,
    "trialId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PredictionRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PredictionImage" (
    "requestId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "result" JSONB,

    CONSTRAINT "PredictionImage_pkey" PRIMARY KEY ("requestId","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "Project_name_key" ON "Project"("name");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");

-- CreateIndex
CREATE INDEX "Session_tokenId_idx" ON "Session"("tokenId");

-- CreateIndex
CREATE UNIQUE INDEX "Dataset_currentVersionId_key" ON "Dataset"("currentVersionId");

-- CreateIndex
CREATE UNIQUE INDEX "Dataset_projectId_name_key" ON "Dataset"("projectId", "name");

-- CreateIndex
CREATE INDEX "DatasetVersion_fingerprint_idx" ON "DatasetVersion"("fingerprint");

-- CreateIndex
CREATE UNIQUE INDEX "DatasetVersion_datasetId_fingerprint_key" ON "DatasetVersion"("datasetId", "fingerprint");

-- CreateIndex
CREATE INDEX "DatasetImage_versionId_classIndex_split_idx" ON "DatasetImage"("versionId", "classIndex", "split");

-- CreateIndex
CREATE INDEX "DatasetImage_sha256_idx" ON "DatasetImage"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "DatasetImage_versionId_path_key" ON "DatasetImage"("versionId", "path");

-- CreateIndex
CREATE INDEX "ImportIssue_versionId_kind_idx" ON "ImportIssue"("versionId", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "Import_jobId_key" ON "Import"("jobId");

-- CreateIndex
CREATE INDEX "Import_versionId_idx" ON "Import"("versionId");

-- CreateIndex
CREATE INDEX "Model_weightsSha256_idx" ON "Model"("weightsSha256");

-- CreateIndex
CREATE INDEX "Sweep_createdAt_idx" ON "Sweep"("createdAt");

-- CreateIndex
CREATE INDEX "SweepTrial_trialId_idx" ON "SweepTrial"("trialId");

-- CreateIndex
CREATE UNIQUE INDEX "Trial_jobId_key" ON "Trial"("jobId");

-- CreateIndex
CREATE INDEX "Trial_versionId_modelId_recipeHash_seed_idx" ON "Trial"("versionId", "modelId", "recipeHash", "seed");

-- CreateIndex
CREATE INDEX "Trial_sweepId_idx" ON "Trial"("sweepId");

-- CreateIndex
CREATE INDEX "Trial_modelId_idx" ON "Trial"("modelId");

-- CreateIndex
CREATE INDEX "EpochMetric_trialId_sequence_idx" ON "EpochMetric"("trialId", "sequence");

-- CreateIndex
CREATE INDEX "Prediction_trialId_split_labelProbability_idx" ON "Prediction"("trialId", "split", "labelProbability");

-- CreateIndex
CREATE UNIQUE INDEX "Artifact_trialId_kind_name_key" ON "Artifact"("trialId", "kind", "name");

-- CreateIndex
CREATE INDEX "Worker_heartbeatAt_idx" ON "Worker"("heartbeatAt");

-- CreateIndex
CREATE INDEX "Job_state_priority_sequence_idx" ON "Job"("state", "priority" DESC, "sequence");

-- CreateIndex
CREATE INDEX "Job_subjectId_idx" ON "Job"("subjectId");

-- CreateIndex
CREATE INDEX "Job_workerId_idx" ON "Job"("workerId");

-- CreateIndex
CREATE INDEX "Attempt_workerId_state_idx" ON "Attempt"("workerId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "QuickCheck_jobId_key" ON "QuickCheck"("jobId");

-- CreateIndex
CREATE INDEX "QuickCheck_versionId_modelId_createdAt_idx" ON "QuickCheck"("versionId", "modelId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "PredictionRequest_jobId_key" ON "PredictionRequest"("jobId");

-- CreateIndex
CREATE INDEX "PredictionRequest_trialId_idx" ON "PredictionRequest"("trialId");

-- CreateIndex
CREATE INDEX "PredictionImage_sha256_idx" ON "PredictionImage"("sha256");

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_tokenId_fkey" FOREIGN KEY ("tokenId") REFERENCES "ApiToken"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Dataset" ADD CONSTRAINT "Dataset_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Dataset" ADD CONSTRAINT "Dataset_currentVersionId_fkey" FOREIGN KEY ("currentVersionId") REFERENCES "DatasetVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetVersion" ADD CONSTRAINT "DatasetVersion_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetImage" ADD CONSTRAINT "DatasetImage_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImportIssue" ADD CONSTRAINT "ImportIssue_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImportFile" ADD CONSTRAINT "ImportFile_importId_fkey" FOREIGN KEY ("importId") REFERENCES "Import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Model" ADD CONSTRAINT "Model_weightsSha256_fkey" FOREIGN KEY ("weightsSha256") REFERENCES "Weights"("sha256") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sweep" ADD CONSTRAINT "Sweep_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sweep" ADD CONSTRAINT "Sweep_recipeHash_fkey" FOREIGN KEY ("recipeHash") REFERENCES "Recipe"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SweepTrial" ADD CONSTRAINT "SweepTrial_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SweepTrial" ADD CONSTRAINT "SweepTrial_trialId_fkey" FOREIGN KEY ("trialId") REFERENCES "Trial"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trial" ADD CONSTRAINT "Trial_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trial" ADD CONSTRAINT "Trial_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trial" ADD CONSTRAINT "Trial_modelId_fkey" FOREIGN KEY ("modelId") REFERENCES "Model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trial" ADD CONSTRAINT "Trial_weightsSha256_fkey" FOREIGN KEY ("weightsSha256") REFERENCES "Weights"("sha256") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trial" ADD CONSTRAINT "Trial_recipeHash_fkey" FOREIGN KEY ("recipeHash") REFERENCES "Recipe"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trial" ADD CONSTRAINT "Trial_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EpochMetric" ADD CONSTRAINT "EpochMetric_trialId_fkey" FOREIGN KEY ("trialId") REFERENCES "Trial"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Prediction" ADD CONSTRAINT "Prediction_trialId_fkey" FOREIGN KEY ("trialId") REFERENCES "Trial"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Artifact" ADD CONSTRAINT "Artifact_trialId_fkey" FOREIGN KEY ("trialId") REFERENCES "Trial"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "Worker"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attempt" ADD CONSTRAINT "Attempt_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attempt" ADD CONSTRAINT "Attempt_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "Worker"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuickCheck" ADD CONSTRAINT "QuickCheck_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuickCheck" ADD CONSTRAINT "QuickCheck_modelId_fkey" FOREIGN KEY ("modelId") REFERENCES "Model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuickCheck" ADD CONSTRAINT "QuickCheck_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PredictionRequest" ADD CONSTRAINT "PredictionRequest_trialId_fkey" FOREIGN KEY ("trialId") REFERENCES "Trial"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PredictionRequest" ADD CONSTRAINT "PredictionRequest_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PredictionImage" ADD CONSTRAINT "PredictionImage_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "PredictionRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand from here on: what Prisma's schema cannot say.

-- Values with hyphens, which Prisma's enums cannot spell; packages/contracts has the lists.
ALTER TABLE "Job" ADD CONSTRAINT "Job_kind_check" CHECK ("kind" IN ('trial', 'import', 'quick-check', 'predict', 'export'));
ALTER TABLE "Job" ADD CONSTRAINT "Job_topic_check" CHECK ("topic" IN ('trial', 'import', 'job'));
ALTER TABLE "Import" ADD CONSTRAINT "Import_source_check" CHECK ("source" IN ('zip', 'files'));
ALTER TABLE "Artifact" ADD CONSTRAINT "Artifact_kind_check" CHECK ("kind" IN ('predictions-csv', 'weights', 'onnx', 'model-card', 'labels', 'export-archive'));
ALTER TABLE "Model" ADD CONSTRAINT "Model_availability_check" CHECK ("availabilityState" IN ('bundled', 'cached', 'downloadable', 'unavailable', 'from-scratch'));

-- A running job has a holder and a lease; no other state has a lease.
ALTER TABLE "Job" ADD CONSTRAINT "Job_lease_check" CHECK (("state" = 'running') = ("leaseUntil" IS NOT NULL));

-- A finished trial has its numbers, and an unfinished one has none.
ALTER TABLE "Trial" ADD CONSTRAINT "Trial_result_check" CHECK (("summary" IS NULL) = ("testAccuracy" IS NULL) AND ("summary" IS NULL) = ("seconds" IS NULL));

-- The one project of single-user mode.
INSERT INTO "Project" ("id", "name") VALUES ('default', 'default');
