from django.urls import path

from shop import views

urlpatterns = [path("items/", views.items), path("greeting/", views.greeting), path("secret/", views.secret)]
