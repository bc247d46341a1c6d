-- AlterTable
ALTER TABLE "Import" ADD COLUMN     "clearedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Leftover" (
    "sha256" TEXT NOT NULL,

    CONSTRAINT "Leftover_pkey" PRIMARY KEY ("sha256")
);

-- CreateIndex
CREATE INDEX "DatasetImage_thumbnailSha256_idx" ON "DatasetImage"("thumbnailSha256");

-- CreateIndex
CREATE INDEX "Import_clearedAt_idx" ON "Import"("clearedAt");

-- CreateIndex
CREATE INDEX "ImportFile_sha256_idx" ON "ImportFile"("sha256");
