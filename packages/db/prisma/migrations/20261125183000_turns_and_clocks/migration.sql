-- Times are the database's, whatever the clock of the server's machine says: Prisma leaves them to these defaults now.
-- The turns of people (fair share) are rows, the same for all servers.

-- AlterTable
ALTER TABLE "ApiToken" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Artifact" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Attempt" ALTER COLUMN "startedAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "AuditEntry" ALTER COLUMN "at" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "AugmentationPreview" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Dataset" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "DatasetVersion" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "DispatchQueue" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "FeaturePack" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp(),
ALTER COLUMN "usedAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Import" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Job" ALTER COLUMN "availableAt" SET DEFAULT clock_timestamp(),
ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Person" ADD COLUMN     "finishTag" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "startTag" DOUBLE PRECISION NOT NULL DEFAULT 0,
ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "PredictionRequest" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Project" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "QuickCheck" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Recipe" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Session" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Sweep" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "SweepConfiguration" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "TrainingPlan" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Trial" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Weights" ALTER COLUMN "createdAt" SET DEFAULT clock_timestamp();

-- AlterTable
ALTER TABLE "Worker" ALTER COLUMN "startedAt" SET DEFAULT clock_timestamp(),
ALTER COLUMN "heartbeatAt" SET DEFAULT clock_timestamp();

-- Nothing read it.
-- AlterTable
ALTER TABLE "Model" DROP COLUMN "updatedAt";
