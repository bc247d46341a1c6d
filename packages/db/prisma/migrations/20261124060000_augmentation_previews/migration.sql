-- CreateTable
CREATE TABLE "AugmentationPreview" (
    "id" TEXT NOT NULL,
    "versionId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "augmentation" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AugmentationPreview_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AugmentationPreviewImage" (
    "previewId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "classIndex" INTEGER NOT NULL,
    "sourceSha256" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "AugmentationPreviewImage_pkey" PRIMARY KEY ("previewId","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "AugmentationPreview_jobId_key" ON "AugmentationPreview"("jobId");

-- CreateIndex
CREATE INDEX "AugmentationPreview_versionId_augmentation_createdAt_idx" ON "AugmentationPreview"("versionId", "augmentation", "createdAt");

-- CreateIndex
CREATE INDEX "AugmentationPreviewImage_sha256_idx" ON "AugmentationPreviewImage"("sha256");

-- AddForeignKey
ALTER TABLE "AugmentationPreview" ADD CONSTRAINT "AugmentationPreview_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AugmentationPreview" ADD CONSTRAINT "AugmentationPreview_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AugmentationPreviewImage" ADD CONSTRAINT "AugmentationPreviewImage_previewId_fkey" FOREIGN KEY ("previewId") REFERENCES "AugmentationPreview"("id") ON DELETE CASCADE ON UPDATE CASCADE;
