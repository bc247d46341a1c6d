-- AlterTable
ALTER TABLE "ApiToken" ADD COLUMN     "personId" TEXT;

-- AlterTable
ALTER TABLE "Attempt" ADD COLUMN     "claimId" TEXT;

-- AlterTable
ALTER TABLE "Job" ADD COLUMN     "order" TEXT,
ADD COLUMN     "outOfMemoryAttempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "personId" TEXT NOT NULL DEFAULT 'default',
ADD COLUMN     "requirements" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "Sweep" ADD COLUMN     "personId" TEXT NOT NULL DEFAULT 'default';

-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "device" TEXT NOT NULL DEFAULT 'cpu',
ADD COLUMN     "drainingAt" TIMESTAMPTZ(3),
ADD COLUMN     "labels" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "memoryBytes" BIGINT,
ADD COLUMN     "nodeFaults" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "protocolVersion" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "quarantineReason" TEXT,
ADD COLUMN     "quarantinedAt" TIMESTAMPTZ(3),
ADD COLUMN     "slots" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "usage" JSONB,
ADD COLUMN     "usageAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Person" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "administrator" BOOLEAN NOT NULL DEFAULT false,
    "weight" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "maximumRunning" INTEGER,
    "maximumQueued" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "personId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "details" JSONB,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- Written by hand: whoever used Graft before there were people.
INSERT INTO "Person" ("id", "name", "administrator") VALUES ('default', 'owner', true);
UPDATE "ApiToken" SET "personId" = 'default' WHERE "kind" = 'user';

-- CreateIndex
CREATE UNIQUE INDEX "Person_name_key" ON "Person"("name");

-- CreateIndex
CREATE INDEX "AuditEntry_topic_subjectId_idx" ON "AuditEntry"("topic", "subjectId");

-- CreateIndex
CREATE INDEX "AuditEntry_personId_idx" ON "AuditEntry"("personId");

-- CreateIndex
CREATE INDEX "ApiToken_personId_idx" ON "ApiToken"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Attempt_claimId_key" ON "Attempt"("claimId");

-- CreateIndex
CREATE INDEX "Job_personId_state_idx" ON "Job"("personId", "state");

-- CreateIndex
CREATE INDEX "Sweep_personId_idx" ON "Sweep"("personId");

-- AddForeignKey
ALTER TABLE "AuditEntry" ADD CONSTRAINT "AuditEntry_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sweep" ADD CONSTRAINT "Sweep_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand from here on: what Prisma's schema cannot say.

-- A user token is somebody's.
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_person_check" CHECK ("kind" <> 'user' OR "personId" IS NOT NULL);
ALTER TABLE "Person" ADD CONSTRAINT "Person_weight_check" CHECK ("weight" > 0);
ALTER TABLE "Job" ADD CONSTRAINT "Job_order_check" CHECK ("order" IN ('pause', 'prune'));
