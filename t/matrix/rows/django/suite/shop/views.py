from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse

from shop.models import Item


def items(request):
    if request.method == "POST":
        Item.objects.create(name=request.POST["name"])
    return JsonResponse({"items": sorted(Item.objects.values_list("name", flat=True))})


def greeting(request):
    return HttpResponse(settings.GREETING)


@login_required(login_url="/greeting/")
def secret(request):
    return HttpResponse(request.user.username)
